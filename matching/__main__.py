"""Command line: rank, evaluate, explain. Files in the format of the test collection (see ``docs/matching.md``)."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from . import formats, reasons
from .catalogue import Catalogue
from .evaluation import METRICS, VIEWS, evaluate, summary
from .matcher import Matcher
from .types import InputError, Need


def main(argv: list[str] | None = None) -> int:
    """Run one command; 2 for input that cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m matching", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    rank = commands.add_parser("rank", help="rank pilots for requests, write a run")
    _inputs(rank)
    rank.add_argument("--out", type=Path, help="file for the run (standard output when left out)")
    rank.add_argument("--no-rules", action="store_true", help="judge expertise alone")
    judge = commands.add_parser("evaluate", help="measure the matcher, or a run, on a judged set")
    judge.add_argument("set", type=Path, help="folder with lotsen.json, requests.json, judgements.json")
    judge.add_argument("run", type=Path, nargs="?", help="a run to measure instead of the matcher")
    judge.add_argument("--json", action="store_true")
    explain = commands.add_parser("explain", help="the shares and reasons of one pair")
    _inputs(explain)
    explain.add_argument("request")
    explain.add_argument("pilot")
    args = parser.parse_args(argv)
    try:
        {"rank": _rank, "evaluate": _evaluate, "explain": _explain}[args.command](args)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pilots", type=Path, required=True, help="lotsen.json")
    parser.add_argument("--requests", type=Path, required=True, help="requests.json")


def _load(pilots: Path, requests: Path) -> tuple[Matcher, list[Need]]:
    catalogue, find = Catalogue.load(), formats.places()
    profiles = formats.read_profiles(pilots, catalogue.topics, find)
    needs = formats.read_needs(requests, catalogue.topics, find)
    return Matcher(catalogue).fit(profiles), needs


def _rank(args: argparse.Namespace) -> None:
    matcher, needs = _load(args.pilots, args.requests)
    run = formats.run_of([matcher.rank(need, rules=not args.no_rules) for need in needs])
    text = json.dumps(run, ensure_ascii=False, indent=1) + "\n"
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)


def _evaluate(args: argparse.Namespace) -> None:
    try:
        judgements = json.loads((args.set / "judgements.json").read_text(encoding="utf-8"))
        people = {p["id"] for p in json.loads((args.set / "lotsen.json").read_text(encoding="utf-8"))}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{args.set}: cannot be read ({error})") from error
    if args.run:
        rankings, nobody = formats.read_run(args.run, [j["request"] for j in judgements], people)
        _print(args, summary(*evaluate(judgements, rankings, nobody)))
        return
    matcher, needs = _load(args.set / "lotsen.json", args.set / "requests.json")
    found = {need.id: matcher.rank(need) for need in needs}
    rankings = {key: [m.profile_id for m in ranking.matches] for key, ranking in found.items()}
    result = summary(*evaluate(judgements, rankings, {key for key, ranking in found.items() if ranking.nobody}))
    open_to_all = {need.id: [m.profile_id for m in matcher.rank(need, rules=False).matches] for need in needs}
    result["expertise"] = summary(*evaluate(judgements, open_to_all, set()))["expertise"]
    _print(args, result)


def _print(args: argparse.Namespace, result: dict[str, Any]) -> None:
    if args.json:
        print(json.dumps(result, indent=1))
        return
    for view in VIEWS:
        print(f"{view}{' (without hard rules)' if view == 'expertise' and not args.run else ''}:")
        for name in METRICS:
            print(f"  {name:<10} {_cell(result[view][name])}")
    print(f"infeasible among the first five\n  {'share':<10} {_cell(result['infeasible@5'])}")
    told = result["abstention"]
    shown = {k: "n/a" if told[k] is None else f"{told[k]:.3f}" for k in ("precision", "recall", "f1")}
    print("abstention (nobody fits)")
    print(f"  precision  {shown['precision']}   recall {shown['recall']}   f1 {shown['f1']}")
    print(f"  said {told['said_nobody']}, true {told['truly_nobody']}, hits {told['hits']}")


def _cell(value: dict[str, float] | None) -> str:
    if value is None:
        return "n/a"
    return f"{value['mean']:.3f}  [{value['lo']:.3f}, {value['hi']:.3f}]  n={value['n']}"


def _explain(args: argparse.Namespace) -> None:
    matcher, needs = _load(args.pilots, args.requests)
    need = next((need for need in needs if need.id == args.request), None)
    if need is None:
        raise InputError(f"{args.requests.name}: record {args.request}: is not there")
    if args.pilot not in matcher.people_:
        raise InputError(f"{args.pilots.name}: record {args.pilot}: is not there")
    match = matcher.explain(need, args.pilot)
    print(f"{need.id} – {match.profile_id}: {match.score:.3f} ({match.band})")
    for share in match.shares:
        print(f"  {share.component:<13} {share.value:.3f}")
    for audience in ("coordinator", "pilot"):
        print(f"{audience}: {' '.join(reasons.sentences(match, audience))}")
    broken = matcher.why_not(need, args.pilot)
    if broken:
        print(f"removed by: {', '.join(broken)}")


if __name__ == "__main__":
    sys.exit(main())
