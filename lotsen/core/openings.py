"""What somebody really says, behind the greeting and the introduction with which letters begin."""

import re

ADDRESSED = (
    r"zusammen|miteinander|alle|leute|ihr lieben|liebes [\w-]*team|team|(?:frau|herr) [\w-]+"
    r"|all|everyone|everybody|there|folks"
)
NAMES = r"(?: (?-i:[A-ZÄÖÜ][\w’-]*)\b\.?){1,2}(?=[,!\n])"  # only up to a comma: "Hallo Homepage kaputt" greets nobody
WRITTEN_TO = (
    r"(?: (?:(?-i:[A-ZÄÖÜ][\w’-]*)\b\.?|in|und|an|von|vo[mn]|der|des|die|im|am|beim?|alle|zusammen|liebe[rs]?)){1,8}"
)
GREETING = re.compile(
    rf"(?:(?:einen )?(?:sch[öo]nen )?gut(?:en?)? (?:tag|morgen|abend)|gr[üu](?:ß|ss) (?:gott|dich|euch|sie)|"
    rf"hallo(?:chen)?|hi|hey|moin(?: moin)?|servus|tach|hello|good (?:morning|afternoon|evening|day))\b(?!-)"
    rf"(?: (?:an )?(?:{ADDRESSED})\b)?(?:{NAMES})?"
    rf"|(?:liebe[rs]?|werte[rs]?){WRITTEN_TO}[,!\n]"
    r"|(?:sehr geehrte[rsn]?|dear|to whom it may concern)\b(?: (?:dr|prof)\.|[^,!.\n]){0,60}[,!.\n]",
    re.IGNORECASE,
)
WHO = re.compile(
    r"(?:ich bin|bin|hier (?:ist|spricht|schreibt)|ich hei(?:ß|ss)e|mein name ist|wir sind|"
    r"i am|i'm|i’m|my name is|we are|we're|we’re|this is)\b",
    re.IGNORECASE,
)
GOES_ON = re.compile(r",? (?:und|denn|and)(?= (?:wir|ich|uns|unser\w*|mein\w*|bei|we|i|our|my)\b)", re.IGNORECASE)
SAYS_NOTHING = re.compile(
    r"(?:ich|wir) (?:habe?n?|h[äa]tten?) (?:da )?(?:mal )?(?:'?ne|eine|ein paar|folgende)"
    r" (?:kurze |kleine )?(?:fragen?|bitte)"
    r"|(?:k[öo]nn(?:en|ten|t|tet)) (?:sie|ihr) (?:uns|mir) (?:da |dabei )?(?:bitte )?(?:mal )?helfen"
    r"|(?:wir|ich) (?:brauche?n?|br[äa]uchten?|suchen?) (?:dringend |mal |bitte )?(?:ihre |eure |etwas )?"
    r"(?:hilfe|unterst[üu]tzung)"
    r"|(?:ich|wir) hoffen?\b.*|(?:vielen |herzlichen |lieben )?dank\b.*|danke\b.*|bitte (?:um )?hilfe|hilfe|help"
    r"|(?:can|could) you (?:please )?help (?:us|me)(?: please)?|(?:we|i) need (?:some |your )?help|i have a question"
    r"|i hope\b.*|thanks?\b.*|dringend|eilig|wichtig|urgent",
    re.IGNORECASE,
)
ASKS = re.compile(r"(?:ich|wir) (?:habe?n?|h[äa]tten?) [^:]{0,30}(?:frage|bitte|problem)\w*\s*:\s*", re.IGNORECASE)
SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
DECORATION = re.compile(r"^[^\w„“\"(]+")


def first_thing_said(text: str) -> str:
    """The first sentence of a letter that says something, without greeting and introduction.

    When nothing else is there, the first sentence that is more than a call for help or thanks, else the first.

    Examples
    --------
    >>> first_thing_said("Guten Tag, ich bin die Kassenwartin vom TSV. Unsere Beiträge stehen in Excel.")
    'Unsere Beiträge stehen in Excel'
    >>> first_thing_said("hallo zusammen wir brauchen hilfe mit der homepage")
    'Wir brauchen hilfe mit der homepage'
    """
    if said := said_first(text):
        return said
    sentences = _sentences(text)
    whole = DECORATION.sub("", text) or text.strip()
    typed = [_plain(part) for part in (*sentences, *SENTENCE.split(whole)) if DECORATION.sub("", part)]
    telling = (part for part in typed if not SAYS_NOTHING.fullmatch(part.rstrip("? ")))
    return next(telling, typed[0] if typed else _plain(whole))


def said_first(text: str) -> str:
    """The first sentence that says something, without greeting and introduction; empty when none does."""
    for sentence in _sentences(text):
        said = _without_who(ASKS.sub("", _without_greeting(sentence)))
        if said and not SAYS_NOTHING.fullmatch(said.rstrip("? ")):
            return said[0].upper() + said[1:]
    return ""


def without_opening(text: str) -> str:
    """A letter from its first sentence on that says something; all of it when none does.

    Examples
    --------
    >>> without_opening("Hallo liebes Team, ich bin die Renate vom Kegelclub. Unser Drucker streikt. Was tun?")
    'Unser Drucker streikt. Was tun?'
    """
    sentences = _sentences(text)
    for n, sentence in enumerate(sentences):
        said = _without_who(ASKS.sub("", _without_greeting(sentence)))
        if said and not SAYS_NOTHING.fullmatch(said.rstrip("? ")):
            end = "" if said.endswith("?") else next((sign for sign in ".!:" if sentence.endswith(sign)), "")
            first = said[0].upper() + said[1:] + end
            return " ".join(" ".join([first, *sentences[n + 1 :]]).split())
    return " ".join(text.split())


def _sentences(text: str) -> list[str]:
    return [part for part in SENTENCE.split(_without_greeting(text)) if DECORATION.sub("", part)]


def _without_greeting(text: str) -> str:
    text = DECORATION.sub("", text)
    while (found := GREETING.match(text)) and found.end():
        text = DECORATION.sub("", text[found.end() :])
    return text


def _without_who(sentence: str) -> str:
    """The sentence, or what comes after "Ich bin … und"; nothing when it only says who writes."""
    if not WHO.match(sentence):
        return _plain(sentence)
    rest = GOES_ON.split(sentence, maxsplit=1)
    return _plain(rest[1]) if len(rest) == 2 else ""


def _plain(sentence: str) -> str:
    return re.sub(r"[\s.,;:!–-]+$", "", " ".join(sentence.split()))
