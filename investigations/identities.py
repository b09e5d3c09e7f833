"""Taking people out of a text: every name that a case knows is replaced by a role, and what is left is searched for (R30). Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_IS_HAN = re.compile(f"[{_HAN}]")
# What stands behind a Chinese surname when somebody is spoken of.
_TITLES = ("总", "经理", "主管", "组长", "店长", "主任", "先生", "女士", "小姐", "老师", "工", "哥", "姐")
# What stands before one.
_PREFIXES = ("小", "老", "阿")
_SHORTEST_PART = 3


@dataclass(frozen=True, repr=False)
class Known:
    """A name as it may be written, and the words for the role of whoever it belongs to."""

    name: str
    role: str


def forms_of(name: str) -> list[str]:
    """How a name may appear, the longest form first: as it stands, turned round, its parts, with a title or a familiar prefix."""
    name = " ".join(name.split())
    if not name:
        return []
    forms = {name}
    if _IS_HAN.search(name):
        han = "".join(_IS_HAN.findall(name))
        forms.add(han)
        if len(han) >= 3:
            forms.add(han[-2:])
        if 2 <= len(han) <= 4:
            forms |= {han[0] + title for title in _TITLES} | {prefix + han[0] for prefix in _PREFIXES}
        rest = " ".join(_IS_HAN.sub(" ", name).split())
        forms |= set(_latin(rest)) if rest else set()
    else:
        forms |= set(_latin(name))
    return sorted((form for form in forms if len(form) > 1), key=lambda form: (-len(form), form))


def _latin(name: str) -> list[str]:
    if "@" in name:
        return [name]
    parts = [part for part in re.split(r"[\s,]+", name) if part]
    forms = [" ".join(parts)]
    if len(parts) > 1:
        forms += [" ".join(reversed(parts)), f"{parts[-1]}, {' '.join(parts[:-1])}", f"{parts[0]}, {' '.join(parts[1:])}", "".join(parts)]
        forms += [" ".join([parts[0], "".join(parts[1:])])]
        forms += [part for part in parts if len(part) >= _SHORTEST_PART]
    return forms


def _pattern(form: str) -> re.Pattern:
    words = r"\s+".join(re.escape(part) for part in form.split())
    if _IS_HAN.search(form):
        return re.compile(words)
    # A single part of a name is looked for as a name is written: "Will" is one, "will" is a word.
    flags = 0 if " " not in form and form[:1].isupper() and "@" not in form else re.IGNORECASE
    both = f"{words}|{re.escape(form.upper())}" if not flags else words
    return re.compile(rf"(?<![A-Za-z0-9])(?:{both})(?![A-Za-z0-9])", flags)


def _ordered(known: Iterable[Known]) -> list[tuple[str, str]]:
    """(form, role), the longest form first so that a whole name goes before its parts."""
    pairs = {(form, each.role) for each in known for form in forms_of(each.name)}
    return sorted(pairs, key=lambda pair: (-len(pair[0]), pair))


def without_names(text: str, known: Iterable[Known]) -> str:
    """`text` with roles in the place of names."""
    for form, role in _ordered(known):
        text = _pattern(form).sub(lambda _match, role=role: role, text)
    return text


def names_in(text: str, known: Iterable[Known]) -> list[str]:
    """The names that are still in `text`, as they stand there."""
    found: dict[str, None] = {}
    for form, _role in _ordered(known):
        for match in _pattern(form).finditer(text):
            found.setdefault(match.group(0))
    whole = list(found)
    return [each for each in whole if not any(each != other and each in other for other in whole)]
