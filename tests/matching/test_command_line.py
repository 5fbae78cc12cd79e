"""The command line: formats, measures, refusals that name file, record and field."""

import json
from pathlib import Path

import pytest

from matching import evaluation
from matching.__main__ import main

PILOT = {
    "id": "L1", "postcode": "31655", "headline": "Webseiten", "about": "Ich baue Seiten mit WordPress.",
    "topics": [{"slug": "website", "level": 3}], "languages": ["de"], "modes": ["on_site"], "radius_km": 10,
    "availability": ["mon-evening"], "org_kinds": ["club"], "capacity": 1,
}  # fmt: skip
REQUEST = {
    "id": "R1", "organisation": "SV", "org_kind": "club", "postcode": "31655", "title": "Homepage", "topics": [],
    "description": "Unsere Homepage ist alt.", "mode": "on_site", "languages": ["de"], "availability": [],
}  # fmt: skip
JUDGEMENT = {
    "request": "R1", "nobody": False, "no_feasible": False, "infeasible_all": {},
    "relevant": [{"lotse": "L1", "grade": 3, "infeasible": []}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, PILOT, REQUEST)
    (tmp_path / "judgements.json").write_text(json.dumps([JUDGEMENT]))
    return tmp_path


def write(folder: Path, pilot: dict, request: dict) -> None:
    (folder / "lotsen.json").write_text(json.dumps([pilot]))
    (folder / "requests.json").write_text(json.dumps([request]))


def inputs(folder: Path) -> list[str]:
    return ["--pilots", str(folder / "lotsen.json"), "--requests", str(folder / "requests.json")]


def test_rank_writes_a_run_that_evaluate_reads(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = folder / "run.json"
    assert main(["rank", *inputs(folder), "--out", str(run)]) == 0
    assert json.loads(run.read_text())["R1"]["ranking"][0][0] == "L1"
    assert main(["evaluate", str(folder), str(run), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["effective"]["ndcg@10"]["mean"] == 1.0
    assert main(["evaluate", str(folder)]) == 0
    assert main(["explain", *inputs(folder), "R1", "L1"]) == 0
    assert "Hat viel Erfahrung mit" in capsys.readouterr().out


WRONG = [
    ({"postcode": "00000"}, {}, "lotsen.json: record L1: postcode"),
    ({"topics": [{"slug": "fax", "level": 1}]}, {}, "lotsen.json: record L1: topics"),
    ({"topics": [{"slug": "website", "level": 7}]}, {}, "lotsen.json: record L1: topics"),
    ({"radius_km": "weit"}, {}, "lotsen.json: record L1: radius_km"),
    ({"radius_km": float("nan")}, {}, "lotsen.json: record L1: radius_km"),
    ({}, {"mode": "fax"}, "requests.json: record R1: mode"),
    ({}, {"org_kind": "party"}, "requests.json: record R1: org_kind"),
    ({}, {"title": None}, "requests.json: record R1: title"),
]


@pytest.mark.parametrize(("pilot", "request_", "message"), WRONG)
def test_wrong_input_names_file_record_and_field(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], pilot: dict, request_: dict, message: str
) -> None:
    write(tmp_path, {**PILOT, **pilot}, {**REQUEST, **request_})
    assert main(["rank", *inputs(tmp_path)]) == 2
    assert message in capsys.readouterr().err


def test_a_missing_field_and_a_double_id_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {k: v for k, v in PILOT.items() if k != "about"}, REQUEST)
    assert main(["rank", *inputs(tmp_path)]) == 2
    assert "lotsen.json: record L1: about: is missing" in capsys.readouterr().err
    (tmp_path / "lotsen.json").write_text(json.dumps([PILOT, PILOT]))
    assert main(["rank", *inputs(tmp_path)]) == 2
    assert "lotsen.json: record L1: id: occurs twice" in capsys.readouterr().err


def test_no_json_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "lotsen.json").write_text("{")
    (tmp_path / "requests.json").write_text("[]")
    assert main(["rank", *inputs(tmp_path)]) == 2
    assert "lotsen.json: is no JSON" in capsys.readouterr().err


def test_the_measures_equal_values_worked_out_by_hand() -> None:
    grades = {"a": 3, "b": 2, "c": 1}
    assert evaluation.ndcg(["c", "x", "b"], grades) == pytest.approx(2.5 / 9.392789260714372, abs=1e-12)
    assert evaluation.mrr(["c", "x", "b"], grades) == pytest.approx(1 / 3)
    assert evaluation.recall(["a", "x"], grades) == 0.5
    assert evaluation.p_at_1(["c"], grades) == 0.0
    assert evaluation.abstention({"r1", "r2"}, {"r1"}, {"r2"})["precision"] == 1.0
