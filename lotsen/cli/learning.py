"""``learn``: weights of the matcher from what coordinators decided."""

import click

from lotsen.core.access import SYSTEM
from lotsen.core.clock import now
from lotsen.core.db import transaction

from .application import open_app


@click.command()
@click.option("--activate", is_flag=True, help="Use the learned weights, if they were judged not worse.")
@click.option("--rollback", is_flag=True, help="Go back one step to the weights that were in use before.")
def learn(activate: bool, rollback: bool) -> None:
    """Refit the weights on the frozen decisions and print the report; nothing is used without --activate."""
    from lotsen.proposals import queries, service, sweep

    if activate and rollback:
        raise click.UsageError("Choose one: --activate or --rollback.")
    with open_app():
        if rollback:
            with transaction():
                active = queries.active_weighting()
                before = service.roll_back_weighting(by=SYSTEM, at=now(), seen=active.id if active else None)
            click.echo(f"In use again: {'the shipped weights' if before is None else f'weights {before.id}'}.")
            return
        with transaction():
            row = sweep.learn.refit(by=SYSTEM, at=now())
            accepted = bool(row.report["accepted"])
            if activate and accepted:
                active = queries.active_weighting()
                service.activate_weighting(row, by=SYSTEM, at=now(), seen=active.id if active else None)
        report = row.report
        click.echo(f"{report['decisions']} decisions; on the last fifth of time, before -> after:")
        click.echo(f"log loss       {report['loss_before']:.4f} -> {report['loss_after']:.4f}")
        judged = f"{report['judged']} requests with a right one and another"
        click.echo(f"nDCG           {report['ndcg_before']:.4f} -> {report['ndcg_after']:.4f} ({judged})")
        for name, weight in row.weights.items():
            click.echo(f"{name:<14} {weight:.3f}")
        click.echo(f"{'May be used' if accepted else 'Not to be used'}: {report['reason']}.")
        if activate and not accepted:
            raise click.ClickException("The weights stay as they are.")
        click.echo(
            "In use now." if activate else "Not used yet: learn --activate, or the page „Was bei Vorschlägen zählt“."
        )
