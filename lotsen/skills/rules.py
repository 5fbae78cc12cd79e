"""What counts as a word and what as a situation."""

WORDS_OF_A_NAME = 3
"""„Elster Online Konto“ is a name; a line of more words tells of a situation."""
LEAST_LINES = 3
MOST_LINES = 60


def kind_of(line: str) -> str:
    """``word`` for a word or a product's name, ``situation`` for a sentence."""
    return "word" if len(line.split()) <= WORDS_OF_A_NAME else "situation"


def lines_of(text: str) -> list[str]:
    """The lines that say something, each once, in order."""
    return list(dict.fromkeys(clean for line in text.splitlines() if (clean := " ".join(line.split()))))
