"""A model file keeps the statistics, not the people, and a foreign one is refused."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from matching import Area, InputError, Matcher, Need, Profile
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


def test_the_version_names_wording_weights_and_settings(matcher: Matcher, people: list[Profile]) -> None:
    """Whoever reads a version beside a proposal knows which words, weights and settings ranked it."""
    wording = matcher.catalogue_.with_entries(areas=[Area("website-build", "website", {}, words=("Dorfportal",))])
    described = replace(wording.topics["website"], description={"de": "Seiten im Netz."})
    others = [
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


def test_the_file_holds_no_profile(file: Path) -> None:
    assert "WordPress" not in gzip.decompress(file.read_bytes()).decode()


FOREIGN = [
    ({"format": "other"}, "format"),
    ({"version": "1"}, "version"),
    ({"catalogue": "other"}, "catalogue"),
    ({"idf": [float("nan")]}, "idf"),
    ({"idf": None}, "model.gz"),
    ({"weights": {"topics": -1}}, "weights"),
]


@pytest.mark.parametrize(("change", "message"), FOREIGN, ids=[message for _, message in FOREIGN])
def test_a_foreign_file_is_refused(file: Path, matcher: Matcher, change: dict, message: str) -> None:
    record = json.loads(gzip.decompress(file.read_bytes()))
    file.write_bytes(gzip.compress(json.dumps({**record, **change}).encode()))
    with pytest.raises(InputError, match=message):
        load(file, matcher.catalogue)


@pytest.mark.parametrize("content", [b"", b"no gzip", gzip.compress(b"[1"), gzip.compress(b"[1]")])
def test_what_is_no_model_file_is_refused(tmp_path: Path, matcher: Matcher, content: bytes) -> None:
    (tmp_path / "model.gz").write_bytes(content)
    with pytest.raises(InputError, match=r"model\.gz"):
        load(tmp_path / "model.gz", matcher.catalogue)
