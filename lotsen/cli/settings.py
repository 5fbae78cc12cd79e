"""``setting``: the town's own settings, without the browser."""

import json
from pathlib import Path
from typing import Any

import click

from lotsen.core.access import SYSTEM
from lotsen.core.again import again
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import InvalidInput

from .application import open_app, read_text


@click.command()
@click.argument("name", required=False)
@click.argument("value", required=False)
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Take the text of a file."
)
def setting(name: str | None, value: str | None, file: Path | None) -> None:
    """Show or change a setting of the town (the Impressum, for instance); without NAME, list them all."""
    from lotsen.municipality.queries import town
    from lotsen.municipality.rules import DEFAULTS

    with open_app():
        if name is None:
            for known in DEFAULTS:
                click.echo(f"{known} = {json.dumps(getattr(town(), known), ensure_ascii=False)}")
            return
        if name not in DEFAULTS:
            raise click.ClickException(f"There is no setting {name!r}. There are: {', '.join(DEFAULTS)}.")
        if file is not None:
            value = read_text(file)
        if value is None:
            click.echo(json.dumps(getattr(town(), name), ensure_ascii=False))
            return
        try:
            again(lambda: _change(name, _typed(value, DEFAULTS[name])))
        except InvalidInput as error:
            raise click.ClickException(error.message) from error
        click.echo(f"{name} is changed.")


def _change(name: str, value: Any) -> None:
    from lotsen.municipality.service import change

    with transaction():
        change(name, value, by=SYSTEM, at=now())


def _typed(value: str, default: Any) -> Any:
    """The value as the setting's type wants it: texts as they are, everything else as JSON."""
    if isinstance(default, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise click.ClickException(f"{value!r} must be written like {json.dumps(default)}.") from None
