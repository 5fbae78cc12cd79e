"""What the code does nowhere: run what somebody typed, put a statement together, fill a row from a form by itself."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest
from flask import Flask
from wtforms import FileField

from lotsen.core.config import ROOT
from lotsen.core.forms import Form

FOLDERS = ("lotsen", "matching", "deploy")
RUNS = {  # names that run, read back or make code and templates out of texts
    *("eval", "exec", "compile", "__import__", "os.system", "os.popen", "render_template_string", "Template"),
    *("from_string", "pickle.load", "pickle.loads", "marshal.loads", "shelve.open", "yaml.load", "joblib.load"),
}
READERS = {"pickle", "marshal", "shelve", "yaml", "xml", "lxml", "joblib", "dill", "ctypes"}
EXPRESSIONS = {"compile", "search", "match", "fullmatch", "sub", "findall", "finditer", "split"}
ALLOWED = [
    # names of people, each escaped, the longest first
    "lotsen/privacy/queries/names.py: an expression made of texts: "
    "re.compile(f'(?<!\\\\w)(?:{found})(?!\\\\w)', re.IGNORECASE)",
    "lotsen/core/documents.py: imports ctypes.util",  # whether Pango is installed
    "lotsen/core/process.py: imports ctypes",  # the kernel ends children with their parent
]
GUARDED = {  # what no form decides by a field of that name
    *("user_id", "owner_id", "actor_id", "organisation_id", "pilot_id", "state", "roles", "is_demo", "password_hash"),
    *("email_confirmed_at", "reserved", "case_number", "created_at", "erased_at", "active"),
}


@cache
def trees() -> tuple[tuple[str, ast.AST], ...]:
    """Every module of ours as Python reads it, but the migrations, which an upgrade runs once."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    texts = [(path, path.read_text(encoding="utf-8")) for path in paths if "versions" not in path.parts]
    return tuple((str(path.relative_to(ROOT)), ast.parse(text)) for path, text in texts)


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call: the module, what is called with what stands before it, and the call."""
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield path, ast.unparse(node.func), node


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id.lstrip("_").isupper()


def _is_put_together(node: ast.expr) -> bool:
    """Whether a text is made here out of others."""
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    made = any(isinstance(part, ast.FormattedValue) and not _is_constant(part.value) for part in parts)
    formatted = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
    return made or formatted or isinstance(node, ast.BinOp)


def test_nothing_that_somebody_typed_is_run() -> None:
    found = []
    for path, name, call in calls():
        shell = any(word.arg == "shell" for word in call.keywords)
        if name in RUNS or name.rpartition(".")[2] in ("from_string", "render_template_string") or shell:
            found.append(f"{path}: {ast.unparse(call)[:80]}")
        if name.startswith("re.") and name[3:] in EXPRESSIONS and _is_put_together(call.args[0]):
            found += [f"{path}: an expression made of texts: {ast.unparse(call)[:80]}"]
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [n.name for n in node.names]
                found += [f"{path}: imports {n}" for n in names if n.partition(".")[0] in READERS]
            if isinstance(node, ast.Attribute) and ast.unparse(node) == "request.values":
                found.append(f"{path}: mixes what comes in the address with what comes in the form")
    assert found == ALLOWED


def test_templates_escape_everything() -> None:
    pages = [*(ROOT / "templates").rglob("*.html")]
    opened = [str(path) for path in pages if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text("utf-8"))]
    assert pages and opened == []


def test_no_statement_is_put_together_from_texts() -> None:
    texts = {"text", "sa.text", "execute", "exec_driver_sql", "literal_column"}
    found = {
        f"{path}: {ast.unparse(call.args[0])[:60]}"
        for path, name, call in calls()
        if call.args and (name in texts or name.rpartition(".")[2] in texts) and _is_put_together(call.args[0])
    }
    assert found == set()


def test_a_sign_that_stands_for_any_text_is_searched_for_as_it_is() -> None:
    found = []
    for path, name, call in calls():
        kind = name.rpartition(".")[2]
        escaped = any(word.arg == "autoescape" for word in call.keywords)
        if kind in ("like", "ilike", "notlike", "not_like") or (kind in ("icontains", "istartswith") and not escaped):
            found.append(f"{path}: {ast.unparse(call)[:80]}")
    assert found == []


@pytest.fixture
def forms(site: Flask) -> list[type[Form]]:
    """Every form of the site."""

    def below(kind: type) -> Iterator[type]:
        for sub in kind.__subclasses__():
            yield sub
            yield from below(sub)

    found = [form for form in below(Form) if form.__module__.startswith("lotsen.")]
    assert len(found) > 40
    return found


def fields_of(form: type[Form]) -> dict[str, type]:
    """The fields a form declares, with their kinds."""
    every = {name: getattr(form, name) for name in dir(form) if not name.startswith("_")}
    return {name: field.field_class for name, field in every.items() if hasattr(field, "field_class")}


def test_no_form_takes_a_file(forms: list[type[Form]]) -> None:
    assert not [form for form in forms for kind in fields_of(form).values() if issubclass(kind, FileField)]
    assert "request.files[" not in "".join(ast.unparse(tree) for _path, tree in trees())


def test_no_form_fills_a_row_by_itself(forms: list[type[Form]]) -> None:
    assert not [path for path, name, _call in calls() if name.endswith(("populate_obj", ".from_dict"))]
    found = {f"{form.__module__}.{form.__name__}.{n}" for form in forms for n in fields_of(form) if n in GUARDED}
    assert found == {"lotsen.help_requests.forms.wizard.WhichForm.organisation_id"}, "a choice among the own ones"
