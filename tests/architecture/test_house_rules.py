"""The house rules of docs/structure.md, checked on the source itself."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

BASE = Path(__file__).resolve().parents[2]
APPS = (
    "config", "people", "vault", "audit", "notices", "policy", "training", "complaints", "investigations", "oversight", "managing", "demo",
)  # fmt: skip
SOURCES = [p for app in APPS for p in (BASE / app).rglob("*.py") if "migrations" not in p.parts]
ids = [str(p.relative_to(BASE)) for p in SOURCES]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path, *parts: str) -> bool:
    return any(part in path.parts or path.stem in parts for part in parts)


def is_service(path: Path) -> bool:
    return path.stem == "services" or "services" in path.parts


def is_view(path: Path) -> bool:
    return path.stem == "views" or "views" in path.parts


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_no_file_is_too_long_to_read(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_nobody_asks_for_superusers_or_marks_text_safe(path):
    used = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    used |= {node.id for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
    assert not used & {"is_superuser", "mark_safe"}


@pytest.mark.parametrize("path", [p for p in SOURCES if p.stem != "outages"], ids=str)
def test_a_database_that_is_away_has_one_name(path):
    """`DATABASE_ERRORS` of `vault.outages`: the obvious class leaves out a connection that was cut."""
    caught = {ast.unparse(n.type) for n in ast.walk(tree(path)) if isinstance(n, ast.ExceptHandler) and n.type}
    assert not [names for names in caught if "DatabaseError" in names or "OperationalError" in names]


@pytest.mark.parametrize("path", [p for p in SOURCES if is_service(p)], ids=str)
def test_services_never_look_at_the_clock_or_the_request(path):
    calls = {ast.unparse(n.func) for n in ast.walk(tree(path)) if isinstance(n, ast.Call)}
    assert not calls & {"timezone.now", "datetime.now", "date.today", "datetime.utcnow", "time.time"}
    names = {a.arg for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef) for a in (*n.args.args, *n.args.kwonlyargs)}
    assert "request" not in names


@pytest.mark.parametrize("path", [p for p in SOURCES if is_view(p)], ids=str)
def test_views_never_query(path):
    used = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert "objects" not in used


@pytest.mark.parametrize("path", [p for p in SOURCES if is_service(p) and "vault" not in p.parts and "audit" not in p.parts], ids=str)
def test_services_enqueue_no_tasks(path):
    used = {node.attr for node in ast.walk(tree(path)) if isinstance(node, ast.Attribute)}
    assert not used & {"delay", "apply_async"}


def test_the_catalogue_of_migrations_is_complete(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def addresses(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry


FORBIDDEN_IN_ADDRESSES = ("harass", "complain", "victim", "骚扰", "投诉")


def test_no_address_gives_the_purpose_away():
    for address, _ in addresses():
        assert not any(word in address.lower() for word in FORBIDDEN_IN_ADDRESSES), address


def test_every_setting_from_the_environment_is_documented():
    """Every environment variable that settings read is explained in docs/operations.md."""
    source = (BASE / "config/settings.py").read_text(encoding="utf-8") + (BASE / "config/databases.py").read_text(encoding="utf-8")
    names = {
        n.args[0].value
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.Call) and ast.unparse(n.func).startswith("env") and n.args and isinstance(n.args[0], ast.Constant)
    }
    text = (BASE / "docs/operations.md").read_text(encoding="utf-8")
    assert not {name for name in names if isinstance(name, str) and name.isupper() and name not in text}


# Forms of pages that staff never see, or that come from a library; forms after which nothing is there that was not there before.
NOT_OF_STAFF = ("report", "followup", "party", "errors", "account", "mfa", "socialaccount")
FORM = re.compile(r"<form\b[^>]*method=\"post\".*?</form>", re.DOTALL)
WITHOUT_TOKEN = {
    "case/_file_rows.html": "a file; each download is recorded",
    "case/evidence_bundle.html": "a file; each download is recorded",
    "case/evidence_item.html": "a file; each download and look is recorded",
    "case/evidence_warning.html": "a file; each download is recorded",
    "case/file_warning.html": "a file; each download is recorded",
    "case/print_choose.html": "a page; each print is recorded",
    "case/reveal.html": "a page; each look is recorded",
    "components/staff_bar.html": "signing out and locking",
    "components/thread.html": "a page of reporters",
    "people/unlock.html": "a session",
    "people/vault_change.html": "a passphrase",
    "people/vault_forgot.html": "one key pair a person",
    "people/vault_start.html": "one key pair a person",
    "policy/campaign/board.html": "a file; each download is recorded",
    "training/manage/_file.html": "a file; each download is recorded",
    "policy/campaign/person.html": "its download of a scan; each is recorded",
    "training/records/packages.html": "a file; each download is recorded",
    "training/records/session.html": "its download of a sheet; each is recorded",
    "training/records/system.html": "its new token; it ends the one before it",
    "work/search.html": "a page",
}


def test_every_form_of_staff_has_a_one_time_token():
    """Without `{% once %}` a double click makes two rows (docs/structure.md)."""
    without = set()
    for path in (BASE / "templates").rglob("*.html"):
        name = path.relative_to(BASE / "templates")
        forms = FORM.findall(path.read_text(encoding="utf-8"))
        if name.parts[0] not in NOT_OF_STAFF and any("{% once %}" not in form for form in forms):
            without.add(str(name))
    assert without - WITHOUT_TOKEN.keys() == set()
    assert WITHOUT_TOKEN.keys() - without == set(), "not needed any more"


@pytest.mark.parametrize("path", SOURCES, ids=ids)
def test_no_lazy_text_is_filled_when_the_program_starts(path):
    """`gettext_lazy("… %(number)s") % {…}` outside of a function is said in the language of the start, for good."""
    module = tree(path)
    lazy = {
        each.asname or each.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for each in node.names
        if each.name.endswith("_lazy")
    }
    at_start = [node for node in module.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    at_start += [
        each
        for node in ast.walk(module)
        if isinstance(node, ast.ClassDef)
        for each in node.body
        if not isinstance(each, (ast.FunctionDef, ast.ClassDef))
    ]
    filled = [
        node.lineno
        for each in at_start
        for node in ast.walk(each)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)
        if isinstance(node.left, ast.Call) and isinstance(node.left.func, ast.Name) and node.left.func.id in lazy
    ]
    assert filled == []
