"""What somebody really says, behind the greeting and the introduction with which letters begin."""

import re

from .besides import EMOJI, without_besides

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
    r"(?:(?:ich bin|bin|wir sind)\b(?! (?:mit|am|auf|bei|dabei|gerade|total|v[öo]llig|ganz|sehr|so|nich|nicht"
    r"|leider|jetzt|nun|immer|noch|schon|[üu]berfordert|ratlos|verzweifelt|umgezogen)\b)"
    r"|hier (?:ist|spricht|schreibt)|ich hei(?:ß|ss)e|mein name ist"
    r"|i am|i'm|i’m|my name is|we are|we're|we’re|this is)\b",
    re.IGNORECASE,
)
GOES_ON = re.compile(  # "ich bin die Inge, und wir …", "ich bin die Inge wir haben …"
    rf"(?:,|,? (?:und|u\.?|denn|and)|\s*[{EMOJI}]+)\s+(?=(?:wir|ich|uns|unser\w*|mein\w*|bei|we|i|our|my|es|leider"
    r"|kenne?n?|brauche?n?|suche?n?|m[öo]chten?|will|wollen|habe?n?|kann|k[öo]nnen|krieg\w*|bekomm\w*)"
    r"\b(?! (?:dem|der|denen)\b))"
    r"|\s(?=(?:wir|ich) \w)|(?<! f[üu]r)(?<! um)(?<! [üu]ber)(?<! auf)(?<! an)(?<! in)(?<! und)\s(?=unsere? \w)",
    re.IGNORECASE,
)
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
SENTENCE = re.compile(rf"(?<=[.!?:{EMOJI}])\s+|\n+")
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


def concern(text: str) -> str:
    """What a letter is about: all of it but greeting, thanks and farewell, and how somebody is reached.

    All of the text where nothing is left.

    Examples
    --------
    >>> concern("Moin, die Kasse spinnt. Tel. 05721 443322, abends. Danke, lg Inge")
    'die Kasse spinnt.'
    """
    return without_besides(_without_greeting(text)) or text


def _sentences(text: str) -> list[str]:
    return [part for part in SENTENCE.split(without_besides(_without_greeting(text))) if DECORATION.sub("", part)]


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
