"""``access-table``: docs/access.md, written from what the endpoints declare."""

import click
from flask import Flask

from lotsen.core.access import Role

HEAD = """\
# Who may open what

Written by `python -m lotsen access-table > docs/access.md` from the declarations in the code; a test compares them. An
endpoint that declares nothing answers 403. Having the role opens the page; whose rows it shows is decided by the row
(somebody else's answers 404). People without log-in act through links in mails; those addresses are public, their token
is the key.

| Address | Methods | Endpoint | Everybody | Pilot | Member | Coordinator | Administrator |
|---|---|---|---|---|---|---|---|
"""


@click.command("access-table")
def access_table() -> None:
    """Print docs/access.md as the code stands."""
    from lotsen import create_app

    click.echo(table(create_app(mode="test")), nl=False)


def table(app: Flask) -> str:
    """The whole page: one line for each address."""
    rules = sorted((rule for rule in app.url_map.iter_rules()), key=lambda rule: (rule.rule, rule.endpoint))
    lines = []
    for rule in rules:
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        lines.append(f"| `{rule.rule}` | {methods} | `{rule.endpoint}` | {' | '.join(_cells(app, rule.endpoint))} |\n")
    return HEAD + "".join(lines)


def _cells(app: Flask, endpoint: str) -> list[str]:
    view = app.view_functions[endpoint]
    declared = "public" if endpoint == "static" else getattr(view, "access", None)
    others = "demo only" if getattr(view, "open_in_demo", False) else ""
    if declared == "public":
        return ["yes"] * 5
    if declared is None:
        return ["nobody"] * 5
    return [others, *("yes" if not declared or role in declared else others for role in Role)]
