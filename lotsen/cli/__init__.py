"""The commands of ``python -m lotsen``. Each is described in docs/operations.md, which a test proves."""

import click

from . import backup, checking, clockwork, learning, outbox, people, serving, settings, stock, tables


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Run and look after Lotsen. Settings: instance/lotsen.toml or LOTSEN_* (docs/operations.md)."""


for command in (
    serving.run,
    serving.serve,
    serving.web,
    serving.scheduler,
    stock.demo,
    stock.import_,
    stock.migrate,
    checking.check,
    backup.backup,
    backup.restore,
    outbox.outbox,
    clockwork.tick,
    clockwork.job,
    people.user,
    settings.setting,
    learning.learn,
    tables.access_table,
):
    main.add_command(command)
