"""What a letter says besides its concern: how and when somebody is reached, thanks and farewell. Pure."""

import re

from .naming import REACHABLE, WAY

EMOJI = "\u2600-\u27bf\ufe0f\U0001f1e6-\U0001faff"
DAYS = r"(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?|mo|di|mi|do|fr|sa|so"
WHEN = re.compile(
    rf"{DAYS}|morgens?|vormittags?|mittags?|nachmittags?|ab+e?n+d?s?|abends?|fr[üu]h|sp[äa]t|heute|tags[üu]ber|ganztags"
    r"|werktags|wochenende|feierabend|jederzeit|immer|uhr|\d{1,2}(?:[:.]\d\d)?h?|evenings?|mornings?",
    re.IGNORECASE,
)
CALLS = re.compile(  # enough with a time
    r"er+eich\w*|telefonisch|r[üu]ckruf\w*|zur[üu]ckrufen|anrufe?n?|rufen?|ruft|melden?|meldet|call|reach",
    re.IGNORECASE,
)
CARRIES = re.compile(  # enough only with a number or an address
    r"tel\.?|telefon(?:nummer|nr)?|tel-?nr\.?|handy(?:nummer|nr)?|mobil(?:nummer|nr)?|festnetz|nummer|nr\.?|e-?mail"
    r"|mail(?:adresse)?|adresse|phone|number",
    re.IGNORECASE,
)
MID_SENTENCE = re.compile(r"er+eichbar|tel\.?|anrufen", re.IGNORECASE)
"""With a number beside them these begin or end a way to be reached where nobody typed a full stop."""
_GLUE = (
    "ich bin wir sind sie ihr du man mich mir uns mein meine meiner unser unsere ist lautet unter per via am an "
    "ab bis von vor nach zwischen um gegen auch gern gerne bitte besten oder und u nur meist meistens einfach "
    "sonst dann wieder zu zurück zurueck der die das den dem in bei können könnt kannst mal me my is at on or and "
    "please i am :"
)
GLUE = frozenset(_GLUE.split())
AND = frozenset({"und", "u", "oder", "and", "or"})
TOKEN = re.compile(rf"{WAY}|\d{{1,2}}[:.]\d\d|\b(?:tel|nr)\.|[^\W_]+(?:-[^\W_]+)*|[^\w\s]|\n", re.IGNORECASE)

NO_FAREWELL_AFTER = re.compile(
    r"\b(?:von|vom|der|die|das|dem|den|eine?[mnr]?|mein\w*|unser\w*|an|zur?|mit|bei|am|im)\s*$", re.I
)
KIND = r"(?:(?:mit|ganz|und|viele[nr]?|liebe[nr]?|freundliche[nmr]*|beste[nmr]*|herzliche[nmr]*|sch[öo]ne[nr]?) ){0,4}"
SHORT = r"(?:lg|mfg|vg)\b"
GREETINGS = rf"{KIND}gr(?:ü|u|ue)(?:ß|ss)e?n?\b|(?:best|kind|warm) regards\b|hochachtungsvoll\b"
THANKS = (
    r"(?:(?:vielen|herzlichen|lieben|besten|tausend|schon mal|schonmal) )*"
    r"(?:danke(?:sch[öo]n)?|dank|thanks|thank you)\b"
    r"(?: (?:schon|mal|schonmal|sehr|im|in|voraus|vorab|ihnen|euch|dir|f[üu]r|die|ihre|eure|hilfe|m[üu]he|und"
    r"|advance)\b)*"
)
BEFORE = rf"(?:^|(?<=[.,;!?\n{EMOJI}]))\s*"
FAREWELL = re.compile(
    rf"(?:{BEFORE}(?:{GREETINGS})|(?:{THANKS}[\s,.!]*)(?:{GREETINGS}|{SHORT})|(?<=\s){SHORT}|{BEFORE}(?:{SHORT}|{THANKS})"
    r"|(?<=\s)danke\b)",
    re.IGNORECASE,
)
TELLS = re.compile(
    r"\?|\b(?:p\.?\s?s\b|wir|ich|man|es|unser\w*|geht|gehen|ist|sind|nicht|nich|kein\w*|haben?|hat|kann|können|wie|was"
    r"|sagen|schreiben|schicken|verschicken|braucht?\w*|sucht?\w*|we|our)\b",
    re.IGNORECASE,
)
MOST_WORDS, MOST_SIGNED = 3, 14  # of a name behind a farewell in the same line; of a signature in lines of its own


def without_besides(text: str) -> str:
    """The text without the clauses that only say how or when to reach somebody, and without thanks and farewell.

    Empty where nothing else is said.

    Examples
    --------
    >>> without_besides("die iban ist falsch. erreichbar 05721 443322 abens. geht das auch online?? danke lg inge")
    'die iban ist falsch. geht das auch online??'
    >>> without_besides("Unsere Homepage ist abends nicht erreichbar.")
    'Unsere Homepage ist abends nicht erreichbar.'
    """
    kept = _without_ways(_without_farewell(text)).strip()
    return kept if re.search(r"\w", kept) else ""


def _without_farewell(text: str) -> str:
    for found in FAREWELL.finditer(text):
        rest, before = text[found.end() :], text[: found.start()]
        if not TELLS.search(rest) and len(rest.split()) <= _longest(rest) and not NO_FAREWELL_AFTER.search(before):
            return before.rstrip(" ,;\n")
    return text


def _longest(rest: str) -> int:
    return MOST_SIGNED if "\n" in rest.strip(" ,.!") else MOST_WORDS


def _without_ways(text: str) -> str:
    tokens = list(TOKEN.finditer(text))
    kept, at, after_way = text, 0, False
    cuts: list[tuple[int, int]] = []
    while at < len(tokens):
        end = at
        while end < len(tokens) and _may_belong(tokens[end][0]):
            end += 1
        if end > at and _is_way(tokens, at, end, after_way=after_way):
            cuts.append((tokens[at].start(), tokens[end - 1].end()))
            after_way, at = True, end
        elif end == at:
            after_way, at = after_way and tokens[at][0] in ",;", at + 1
        else:
            after_way, at = False, _next_begin(tokens, at, end)
    for start, stop in reversed(cuts):
        kept = _cut(kept, start, stop)
    return kept


def _next_begin(tokens: list[re.Match[str]], at: int, end: int) -> int:
    """Where another look may begin within a run that is no way as a whole: at the word that names one."""
    return next((n for n in range(at + 1, end) if MID_SENTENCE.fullmatch(tokens[n][0])), end)


def _may_belong(word: str) -> bool:
    if word.casefold() in GLUE or REACHABLE.fullmatch(word):
        return True
    return any(kind.fullmatch(word) for kind in (WHEN, CALLS, CARRIES))


def _is_way(tokens: list[re.Match[str]], at: int, end: int, *, after_way: bool) -> bool:
    """Whether the words from ``at`` to ``end`` say how or when to reach somebody and nothing else."""
    words = [token[0] for token in tokens[at:end]]
    number, when = any(map(REACHABLE.fullmatch, words)), any(map(WHEN.fullmatch, words))
    begins = at == 0 or not _is_word(tokens[at - 1][0]) or words[0].casefold() in AND
    ends = end == len(tokens) or not _is_word(tokens[end][0])
    if number:
        named = any(map(MID_SENTENCE.fullmatch, words))
        return (begins or bool(MID_SENTENCE.fullmatch(words[0]))) and (ends or named)
    return begins and ends and when and (after_way or any(map(CALLS.fullmatch, words)))


def _is_word(token: str) -> bool:
    return token[0].isalnum()


def _cut(text: str, start: int, stop: int) -> str:
    """The text without a piece, and with signs that still fit together."""
    before, after = text[:start].rstrip(" ,;:–-"), text[stop:].lstrip(" ")
    if not before or not _is_word(before[-1]):
        after = after.lstrip(" .,;:!?–-")
        return f"{before} {after}" if before and after else before + after
    return before + (after if after[:1] in {"", ".", "!", "?", "\n"} else ". " + after.lstrip(" ,;:–-"))
