"""Several threads share one matcher: no change is lost, no word is read as another."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Barrier, Thread

import pytest
from snowballstemmer.german_stemmer import GermanStemmer

from matching import Catalogue, Matcher, Need, Profile, analyser
from matching.analyser import Analyser


@contextmanager
def switching_often() -> Iterator[None]:
    """Threads take turns so often that what they share gets mixed up, if it can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def together(work: Callable[[int], None]) -> None:
    """Run it in four threads at once, each with its number."""
    threads = [Thread(target=work, args=(number,)) for number in range(4)]
    with switching_often():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def test_changes_of_several_threads_are_all_there(catalogue: Catalogue, people: list[Profile]) -> None:
    matcher = Matcher(catalogue).fit(people)
    start, crowd = Barrier(4), 12

    def work(number: int) -> None:
        start.wait()
        for at in range(crowd):
            matcher.update(Profile(f"{number}-{at}", about="Webseiten"))
            matcher.rank(Need("n", "Homepage"), 1)
        matcher.remove(f"{number}-0")

    together(work)
    there = {match.profile_id for match in matcher.rank(Need("n", "Homepage")).matches}
    assert there >= {f"{number}-{at}" for number in range(4) for at in range(1, crowd)}
    assert not there & {f"{number}-0" for number in range(4)}
    assert len(matcher.people_) == len(people) + 4 * (crowd - 1)


WORDS = ("mitgliederverwaltungen", "internetseiten", "buchhaltungen", "kassenwartinnen", "veranstaltungen")


def test_threads_do_not_mix_the_words_they_stem(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the stemmer written in Python, which is slow enough to be interrupted in the middle of a word."""
    monkeypatch.setattr(analyser.snowballstemmer, "stemmer", lambda _language: GermanStemmer())
    monkeypatch.setattr(analyser, "_STEMMERS", type(analyser._STEMMERS)())
    reader, wrong = Analyser(), []
    right = {word: reader.stem(word) for word in WORDS}

    def work(_number: int) -> None:
        for word in WORDS * 300:
            try:
                stem = reader.stem(word)
            except IndexError as error:
                stem = repr(error)
            if stem != right[word]:
                wrong.append((word, stem))

    together(work)
    assert wrong == []


def test_the_stemmers_in_python_and_in_c_agree() -> None:
    """What was learned or written down with one is read with the other."""
    python = GermanStemmer()
    words = [*WORDS, *analyser._parts_table()]
    assert [word for word in words if python.stemWord(word) != analyser._STEMMERS.stem(word)] == []
