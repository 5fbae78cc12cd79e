"""``user``: accounts, when nobody can log in yet (or any more)."""

import sys
from typing import Any

import click

from lotsen.core.access import SYSTEM, Role
from lotsen.core.again import again
from lotsen.core.clock import now
from lotsen.core.db import transaction
from lotsen.core.errors import DomainError

from .application import open_app

# Who acts for an organisation is entered there: the role alone would be a contact person of nobody.
roles = click.Choice([role.value for role in Role if role is not Role.MEMBER])


@click.group()
def user() -> None:
    """Accounts: add, role, password, reset-factor, list."""


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="First and last name.")
@click.option("--role", "role", type=roles, default=Role.COORDINATOR.value, show_default=True)
@click.option("--stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def add(email: str, name: str, role: str, stdin: bool) -> None:
    """Add an account with a role; asks for a password."""
    from lotsen.accounts.service import passwords, people

    with open_app():
        if people.find_by_email(email) is not None:
            raise click.ClickException(f"{email} has an account already. Use: user role, user password.")
        password = _password(stdin)
        _check(password, name, email)
        hashed = passwords.hashed(password)

        def make() -> None:
            with transaction():
                made = people.create(name=name, email=email, at=now(), by=SYSTEM, confirmed=True)
                people.grant(made, Role(role), by=SYSTEM, at=now())
                made.password_hash = hashed

        again(make)
        click.echo(f"{email} may log in as {role}.")


@user.command("role")
@click.argument("email")
@click.argument("role", type=roles)
@click.option("--revoke", is_flag=True, help="Take the role away.")
def change_role(email: str, role: str, revoke: bool) -> None:
    """Give somebody a role, or take it away."""
    from lotsen.accounts.service import administration, sessions

    def change() -> None:
        with transaction():
            person = _person(email)
            administration.change_role(person, Role(role), granted=not revoke, by=SYSTEM, at=now())
            if revoke:
                sessions.end_all(person)

    with open_app():
        try:
            again(change)
        except DomainError as error:
            raise click.ClickException(f"{email} is the last one who may administer.") from error
        click.echo(f"{email}: {', '.join(sorted(_person(email).roles)) or 'no role'}.")


@user.command("reset-factor")
@click.argument("email")
def reset_factor(email: str) -> None:
    """Take the second step of the log-in away from somebody who lost telephone and recovery codes."""
    from lotsen.accounts.service import administration

    def reset() -> None:
        with transaction():
            administration.reset_second_step(_person(email), by=SYSTEM, at=now())

    with open_app():
        again(reset)
        click.echo(f"{email} logs in with the password alone, and is told so by mail.")


@user.command()
@click.argument("email")
@click.option("--stdin", is_flag=True, help="Read the password from standard input instead of asking for it.")
def password(email: str, stdin: bool) -> None:
    """Set a new password; ends all log-ins of the account."""
    from lotsen.accounts.service import passwords, reset

    with open_app():
        person = _person(email)
        chosen = _password(stdin)
        _check(chosen, person.name, person.email)
        hashed = passwords.hashed(chosen)

        def keep() -> None:
            with transaction():
                reset.keep(_person(email), hashed, by=SYSTEM, at=now())

        again(keep)
        click.echo(f"{email} has a new password.")


@user.command("list")
def list_people() -> None:
    """Who may log in as coordinator or administrator."""
    from sqlalchemy import select
    from sqlalchemy.orm import selectinload

    from lotsen.accounts.models import User, UserRole
    from lotsen.core.access import STAFF
    from lotsen.core.extensions import db

    with open_app():
        chosen = select(UserRole.user_id).where(UserRole.role.in_(STAFF))
        staff = select(User).where(User.id.in_(chosen)).options(selectinload(User.role_rows)).order_by(User.email)
        for person in db.session.scalars(staff):
            click.echo(
                f"{person.email or '-':<40} {', '.join(sorted(person.roles))}{'' if person.active else ' (off)'}"
            )


def _person(email: str) -> Any:
    from lotsen.accounts.service import people

    person = people.find_by_email(email)
    if person is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return person


def _password(stdin: bool) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _check(chosen: str, name: str, email: str | None) -> None:
    from lotsen.accounts.service import passwords

    try:
        passwords.check(chosen, name=name, email=email)
    except DomainError as error:
        raise click.ClickException(error.message or "This password is too easy to guess or too short.") from error
