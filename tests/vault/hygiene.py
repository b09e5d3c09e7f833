"""Rules for code that handles secrets, checked in the syntax tree (`vault.md` section 3)."""

import ast
from collections.abc import Iterator

SECRET_FIELDS = {"key", "_key", "seed", "secret", "core", "file_key", "private_key", "keyring", "_data", "keys", "epochs", "code_keys"}
MARKS = ("tag", "mac", "mark", "digest", "signature", "hmac", "checksum")
CACHES = {"lru_cache", "cache", "memoize", "cached"}
LOGGERS = {"debug", "info", "warning", "error", "exception", "critical", "log", "print", "warn"}


def problems(tree: ast.AST) -> Iterator[str]:
    """One line per breach, with its line number."""
    for node in ast.walk(tree):
        for rule in (shown_secret, cached_secret, compared_mark, silent_retry, spoken_secret, kept_on_a_row):
            for text in rule(node):
                yield f"line {getattr(node, 'lineno', 0)}: {text}"


def shown_secret(node: ast.AST) -> Iterator[str]:
    """A class with a secret field hides its repr: it inherits from Hidden, and its dataclass makes none."""
    if not isinstance(node, ast.ClassDef):
        return
    fields = {item.target.id for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)}
    assigned = {
        target.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Assign)
        for target in part.targets
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }
    is_model = any(_name(base) == "Model" for base in node.bases)
    if is_model or not (fields | assigned) & SECRET_FIELDS:
        return
    if not any(_name(base) == "Hidden" for base in node.bases):
        yield f"{node.name} holds a secret and does not inherit from Hidden"
    for decorator in node.decorator_list:
        if _name(decorator) == "dataclass":
            options = {k.arg: getattr(k.value, "value", None) for k in getattr(decorator, "keywords", [])}
            if options.get("repr") is not False or options.get("eq") is not False:
                yield f"{node.name} is a dataclass with a secret: repr=False and eq=False"


def cached_secret(node: ast.AST) -> Iterator[str]:
    """Nothing in the vault is remembered by a cache that outlives the request."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for decorator in node.decorator_list:
            if _name(decorator) in CACHES:
                yield f"{node.name} is cached: a secret would outlive its use"


def compared_mark(node: ast.AST) -> Iterator[str]:
    """Marks and digests are compared in constant time."""
    if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
        for side in (node.left, *node.comparators):
            name = _name(side).lower().strip("_")
            if any(name == mark or name.endswith("_" + mark) for mark in MARKS):
                yield f"{name} is compared with == or !="


def silent_retry(node: ast.AST) -> Iterator[str]:
    """After failed authentication something is raised; no other key is tried in the handler."""
    if not isinstance(node, ast.ExceptHandler) or "InvalidTag" not in {_name(n) for n in _caught(node)}:
        return
    if not isinstance(node.body[-1], ast.Raise):
        yield "InvalidTag is caught without raising"
    for part in ast.walk(ast.Module(node.body, [])):
        if isinstance(part, ast.Call) and any(word in _name(part.func).lower() for word in ("decrypt", "open", "unseal", "update")):
            yield "something is opened again after InvalidTag"
        if isinstance(part, ast.Continue):
            yield "the next key is tried after InvalidTag"


def spoken_secret(node: ast.AST) -> Iterator[str]:
    """No secret in a formatted text, a log line or an exception."""
    if isinstance(node, ast.FormattedValue) and _name(node.value) in SECRET_FIELDS | {"passphrase", "code", "text"}:
        yield f"{_name(node.value)} is put into a text"
    if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        for argument in node.exc.args:
            if not isinstance(argument, ast.Constant | ast.JoinedStr):
                yield "an exception is raised with something else than fixed words"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name) and _name(node.func) in LOGGERS:
        yield f"{_name(node.func)}() in code that handles secrets"


def kept_on_a_row(node: ast.AST) -> Iterator[str]:
    """Decrypted values stay off model instances: models have no method that opens."""
    if isinstance(node, ast.ClassDef) and any(_name(base) == "Model" for base in node.bases):
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and _name(part.func) in {"open_field", "open_column", "open_keys", "unseal", "open_secret"}:
                yield f"the model {node.name} opens something"
    opens = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and _name(node.value.func) in {"open_field", "open_column"}
    if opens and any(isinstance(target, ast.Attribute) for target in node.targets):
        yield "an opened value is put on an object"


def _caught(handler: ast.ExceptHandler) -> list[ast.AST]:
    return list(handler.type.elts) if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []


def _name(node: ast.AST) -> str:
    """The last name of `a.b.c`, `a.b(c)` or `a`; "" for anything else."""
    if isinstance(node, ast.Call):
        return _name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
