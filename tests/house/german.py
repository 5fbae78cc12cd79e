"""Finding German in what should be English."""

import re

# No word here is English too: "die", "am", "an", "in", "was", "will", "man", "so", "bald", "fast", "gut" are left out.
FUNCTION_WORDS = frozenset(
    re.findall(
        r"\S+",
        """aber als auch auf aus bei beim bis bitte dann das dass dem den
        der des dich doch dort du durch ein eine einem einen einer eines er
        es euch für gegen haben hat ich ihr ihre ihrem ihren ihrer im ist
        ja jede jeder jetzt kann kein keine können mehr mein mich mit möchten nach
        nein nicht noch nur ob oder ohne sehr sein sich sie sind um und
        uns unser unsere vom von vor wann weil wenn wer werden wie wir wird
        wo zu zum zur über""",
    )
)
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]+")


def german_words(text: str) -> list[str]:
    """Words of a text that only German has: with an umlaut or ß, or small words; German quotation marks too."""
    words = WORD.findall(text)
    small = [word for word in words if word.lower() in FUNCTION_WORDS]
    return [*small, *(word for word in words if re.search("[äöüßÄÖÜ]", word)), *re.findall("„", text)]
