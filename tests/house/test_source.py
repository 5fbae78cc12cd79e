"""The source keeps its own promises: access declared, tables migrated, commands and settings written down."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select

from lotsen import create_app
from lotsen.cli import main
from lotsen.cli.tables import table
from lotsen.core.access import endpoint_access
from lotsen.core.config import Settings
from lotsen.core.db import transaction
from lotsen.core.extensions import Base, db
from lotsen.help_requests.models import Intake
from lotsen.skills import service as skills
from tests import factories
from tests.database import Database

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = ROOT / "docs" / "operations.md"


def test_every_endpoint_declares_who_may_open_it(site: Flask) -> None:
    silent = [name for name in site.view_functions if endpoint_access(site, name) is None]
    assert silent == []


def test_the_access_table_in_the_docs_is_what_the_code_declares(site: Flask) -> None:
    written = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert written == table(site), "run: make docs"


def commands(group: click.Group, before: str = "") -> Iterator[str]:
    """All commands with their options, as they are typed."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def test_every_command_is_in_the_docs() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    assert [name for name in commands(main) if f"`{name}" not in text] == []


def test_every_setting_is_in_the_docs_and_the_docs_name_no_other() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    known = {f"LOTSEN_{field.name.upper()}" for field in fields(Settings)} | {"LOTSEN_CONFIG"}
    assert set(re.findall(r"LOTSEN_[A-Z_]+[A-Z]", text)) == known


@pytest.fixture
def empty(tmp_path: Path, storage: Database) -> Iterator[Flask]:
    """The app on an empty database of its own."""
    app = create_app(mode="test", instance=str(tmp_path), database_url=storage.another())
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_the_models_and_go_back_again(empty: Flask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()


def numbers_of_rows() -> dict[str, int]:
    """How many rows each table holds."""
    names = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    with db.engine.connect() as connection:
        tables = [table for table in Base.metadata.sorted_tables if table.name in names]
        return {t.name: connection.execute(select(func.count()).select_from(t)).scalar_one() for t in tables}


def test_every_migration_goes_down_and_up_again_with_the_data_kept(empty: Flask, time: object) -> None:
    upgrade()
    with transaction():
        skills.sync()
    factories.engagement()
    factories.proposal("asked")
    db.session.remove()
    full = numbers_of_rows()
    assert sum(map(bool, full.values())) >= 12, "most main tables have rows"
    script = ScriptDirectory(str(ROOT / "lotsen" / "migrations"))
    revisions = [revision.revision for revision in script.walk_revisions()]  # the newest first
    for before in revisions[1:]:
        downgrade(revision=before)
        left = numbers_of_rows()
        assert left == {name: full[name] for name in left}, f"rows were lost on the way down to {before}"
        upgrade()
        again = numbers_of_rows()
        assert {name: again[name] for name in left} == left, f"rows were lost on the way up from {before}"
    downgrade(revision="base")
    assert numbers_of_rows() == {}


def test_boxes_that_stood_ticked_beforehand_are_no_consent_after_the_migration(empty: Flask, time: object) -> None:
    upgrade()
    with transaction():
        skills.sync()
    case = factories.engagement(of=factories.proposal("confirmed", pilot=factories.pilot(release_phone=True)))
    alone = factories.help_request(release_phone=True, release_email=True)
    half = Intake(key="k" * 32, browser="b" * 32, answers={"name_may_be_shown": False, "releases": ["phone"]})
    half.changed_at = alone.created_at
    with transaction():
        case.help_request.release_phone = True
        db.session.add(half)
    downgrade(revision="0013")  # the rows as they stood before it
    upgrade()
    db.session.expire_all()
    assert not alone.release_phone and not alone.release_email and not case.pilot.release_phone
    assert case.pilot_phone is True and case.help_request.release_phone, "the other side has it already"
    assert half.answers == {"hide_name": True}


def test_the_example_of_the_settings_names_only_settings_that_exist() -> None:
    text = (ROOT / "instance" / "lotsen.toml.example").read_text(encoding="utf-8")
    named = set(re.findall(r"^(?:# )?([a-z_]+) = ", text, flags=re.MULTILINE))
    assert named <= {field.name for field in fields(Settings)}


def test_what_waits_for_the_office_is_given_with_its_moment() -> None:
    sources = (path for path in (ROOT / "lotsen").rglob("*.py") if path.name != "waiting.py")
    found = [f"{path}:{line}" for path in sources for line in _tasks_given(ast.parse(path.read_text()))]
    assert found == [], "use give_task: a task without its moment is as old as its state"


def test_the_check_of_tasks_sees_every_way_to_write_one() -> None:
    settled = 'row.task = ""\nrow.a, row.task = "x", ""\nrow.a = row.task = ""\nrow.task, row.task_since = word, at\n'
    given = 'row.task = word or ""\nrow.a, row.task = "", "x"\nrow.a, row.task = pair\nrow.task: str = "x"\n'
    given += 'row.task += ""\n'
    assert list(_tasks_given(ast.parse(settled))) == []
    assert list(_tasks_given(ast.parse(given))) == [1, 2, 3, 4, 5]


def _tasks_given(tree: ast.AST) -> Iterator[int]:
    """The lines on which a ``.task`` gets anything but the constant "", without ``.task_since`` beside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            pairs = [pair for target in node.targets for pair in _pairs(target, node.value)]
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            pairs = [(node.target, node.value if isinstance(node, ast.AnnAssign) else None)]
        else:
            continue
        if any(isinstance(target, ast.Attribute) and target.attr == "task_since" for target, _value in pairs):
            continue
        for target, value in pairs:
            settled = isinstance(value, ast.Constant) and value.value == ""
            if isinstance(target, ast.Attribute) and target.attr == "task" and not settled:
                yield node.lineno


def _pairs(target: ast.expr, value: ast.expr | None) -> list[tuple[ast.expr, ast.expr | None]]:
    """Each name that is assigned to, with what it gets as far as the source says so."""
    if not isinstance(target, ast.Tuple | ast.List):
        return [(target, value)]
    values = value.elts if isinstance(value, ast.Tuple | ast.List) else [None] * len(target.elts)
    return [pair for one, got in zip(target.elts, values, strict=True) for pair in _pairs(one, got)]


def test_every_entry_of_the_menu_leads_to_a_page(site: Flask) -> None:
    from lotsen import MENU

    assert {item.endpoint for item in MENU} <= set(site.view_functions)
