"""Spelling repair and synonyms: unknown words are read as the known word they must be."""

from pathlib import Path

import pytest

from matching import InputError, Matcher, Need, Profile
from matching.spelling import Speller
from matching.thesaurus import Thesaurus


def test_evidence_shows_the_repaired_word(matcher: Matcher) -> None:
    match = matcher.rank(Need("n", description="Unser Drukcer spinnt und das WLAN auch")).matches[0]
    assert match.profile_id == "cem"
    assert "Drucker" in match.share("text").detail["words"]


def test_without_repair_the_word_stands_as_written(people: list[Profile], matcher: Matcher) -> None:
    plain = Matcher(matcher.catalogue, spelling=False).fit(people)
    match = plain.rank(Need("n", description="Unser Drukcer spinnt und das WLAN auch")).matches[0]
    assert "Drucker" not in match.share("text").detail["words"]


@pytest.mark.parametrize("word", ["Haus", "Homepage", "Vereinsheim", "xyzzy"])
def test_short_known_and_hopeless_words_stay(word: str) -> None:
    speller = Speller({"homepage", "hausen", "hause"}, lambda known: known == "vereinsheim")
    assert speller.repaired(word) == word


def test_two_possible_words_are_none() -> None:
    assert Speller({"kasse", "kassa"}, lambda word: False).repaired("kasso") == "kasso"


def test_a_synonym_from_the_file_counts_and_the_sum_still_adds_up(
    people: list[Profile], matcher: Matcher, tmp_path: Path
) -> None:
    file = tmp_path / "openthesaurus.txt"
    file.write_text("# ein Ausschnitt\nFernsprecher;Telefon (ugs.);Router\n", encoding="utf-8")
    need = Need("n", description="Der Fernsprecher geht nicht")
    own = Matcher(matcher.catalogue, thesaurus=file).fit(people)
    with_it, without = own.explain(need, "cem"), matcher.explain(need, "cem")
    assert with_it.share("text").value > without.share("text").value
    assert sum(share.value for share in with_it.shares) == pytest.approx(with_it.score, abs=1e-9)


@pytest.mark.parametrize("text", ["", "# nur Kommentar", "ein Wort"])
def test_a_file_without_synonyms_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.txt"):
        Thesaurus.load(tmp_path / "t.txt")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"t\.txt"):
        Thesaurus.load(tmp_path / "t.txt")


def test_a_word_of_many_meanings_has_no_synonyms() -> None:
    assert Thesaurus([f"Bank;wort{number}" for number in range(9)]).of("bank") == set()
