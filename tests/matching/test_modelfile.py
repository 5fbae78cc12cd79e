"""A model file keeps the statistics, not the people, and a foreign one is refused."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from matching import Area, Catalogue, InputError, Matcher, Need, Profile
from matching.matcher import WEIGHTS
from matching.modelfile import load, save


@pytest.fixture
def file(matcher: Matcher, tmp_path: Path) -> Path:
    save(matcher, tmp_path / "model.gz")
    return tmp_path / "model.gz"


def test_a_file_and_the_people_rank_like_the_fitted_matcher(
    file: Path, matcher: Matcher, people: list[Profile], homepage: Need
) -> None:
    again = load(file, matcher.catalogue)
    assert again.rank(homepage).matches == []
    for person in people:
        again.update(person)
    one, other = matcher.rank(homepage), again.rank(homepage)
    assert [m.profile_id for m in one.matches] == [m.profile_id for m in other.matches]
    assert [m.score for m in one.matches] == pytest.approx([m.score for m in other.matches], abs=1e-6)
    assert one.model_version == other.model_version


def test_the_version_names_wording_synonyms_weights_and_settings(
    matcher: Matcher, people: list[Profile], tmp_path: Path
) -> None:
    """Whoever reads a version beside a proposal knows which words, weights and settings ranked it."""
    wording = matcher.catalogue_.with_entries(areas=[Area("website-build", "website", {}, words=("Dorfportal",))])
    described = replace(wording.topics["website"], description={"de": "Seiten im Netz."})
    synonyms = tmp_path / "openthesaurus.txt"
    synonyms.write_text("Fernsprecher;Telefon", encoding="utf-8")
    others = [
        Matcher(matcher.catalogue, thesaurus=synonyms).fit(people),
        Matcher(matcher.catalogue, possible_from=0.3).fit(people),
        Matcher(wording).fit(people),
        Matcher(matcher.catalogue, fits_from=0.5).fit(people),
        Matcher(matcher.catalogue, spelling=False).fit(people),
        matcher.reweighted({**WEIGHTS, "text": 0.3}),
        Matcher(matcher.catalogue).fit(people[:1]),
    ]
    assert wording.with_entries([described]).fingerprint != wording.fingerprint
    names = {matcher.version_, *(other.version_ for other in others)}
    assert len(names) == len(others) + 1
    assert Matcher(matcher.catalogue).fit(people).version_ == matcher.version_


def test_words_are_repaired_as_before(tmp_path: Path, catalogue: Catalogue) -> None:
    """The speller knows the words of people whom the file does not hold."""
    person = Profile("a", about="Kaninchenzucht und Rassegeflügel", topics={"website": 2})
    need = Need("n", description="Unser Kanimchenzucht hat eine Homepage")
    fitted = Matcher(catalogue).fit([person])
    save(fitted, tmp_path / "model.gz")
    again = load(tmp_path / "model.gz", catalogue)
    again.update(person)
    assert again.speller_.repaired(need.text) == fitted.speller_.repaired(need.text) != need.text
    assert again.explain(need, "a") == fitted.explain(need, "a")


def test_without_repair_there_is_none_afterwards(tmp_path: Path, people: list[Profile], catalogue: Catalogue) -> None:
    plain = Matcher(catalogue, spelling=False).fit(people)
    save(plain, tmp_path / "model.gz")
    assert load(tmp_path / "model.gz", catalogue).speller_ is None


def test_synonyms_must_be_the_same_as_before(tmp_path: Path, people: list[Profile], catalogue: Catalogue) -> None:
    file = tmp_path / "openthesaurus.txt"
    file.write_text("Fernsprecher;Telefon", encoding="utf-8")
    fitted = Matcher(catalogue, thesaurus=file).fit(people)
    save(fitted, tmp_path / "model.gz")
    assert load(tmp_path / "model.gz", catalogue, file).version_ == fitted.version_
    with pytest.raises(InputError, match="thesaurus"):
        load(tmp_path / "model.gz", catalogue)
    file.write_text("Fernsprecher;Handy", encoding="utf-8")
    with pytest.raises(InputError, match="thesaurus"):
        load(tmp_path / "model.gz", catalogue, file)


def test_the_file_holds_no_profile(file: Path) -> None:
    assert "WordPress" not in gzip.decompress(file.read_bytes()).decode()


FOREIGN = [
    ({"format": "other"}, "format"),
    ({"version": "1"}, "version"),
    ({"catalogue": "other"}, "catalogue"),
    ({"idf": [float("nan")]}, "idf"),
    ({"idf": None}, "model.gz"),
    ({"weights": {"topics": -1}}, "weights"),
    ({"thesaurus": "other"}, "thesaurus"),
    ({"known": [1]}, "known"),
    ({"known": None}, "known"),
]


@pytest.mark.parametrize(("change", "message"), FOREIGN, ids=[str(change)[:30] for change, _ in FOREIGN])
def test_a_foreign_file_is_refused(file: Path, matcher: Matcher, change: dict, message: str) -> None:
    record = json.loads(gzip.decompress(file.read_bytes()))
    file.write_bytes(gzip.compress(json.dumps({**record, **change}).encode()))
    with pytest.raises(InputError, match=message):
        load(file, matcher.catalogue)


NO_MODEL = {"empty": b"", "no gzip": b"no gzip", "no JSON": gzip.compress(b"[1"), "a list": gzip.compress(b"[1]")}


@pytest.mark.parametrize("content", NO_MODEL.values(), ids=NO_MODEL)
def test_what_is_no_model_file_is_refused(tmp_path: Path, matcher: Matcher, content: bytes) -> None:
    (tmp_path / "model.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"model\.gz"):
        load(tmp_path / "model.gz", matcher.catalogue)
