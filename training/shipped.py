"""The courses that come with the portal: `content/<code>.yaml`, refused by part and field when something is wrong with them."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from policy.records import RecordError, load
from training.completeness import lacks
from training.parts import CourseContent
from training.states import Audience

FOLDER = Path(__file__).parent / "content"


class BadCourse(ValueError):
    """A course file can't be used. `problems`: one sentence each, with file, part and field."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("; ".join(problems))


@dataclass(frozen=True)
class Shipped:
    """A course that comes with the portal."""

    code: str
    audience: str
    content: CourseContent


@cache
def shipped_courses() -> tuple[Shipped, ...]:
    """Every shipped course, in the order of the audiences. Raises BadCourse."""
    order = list(Audience.values)
    found = [read(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda each: (order.index(each.audience), each.code)))


def read(path: Path) -> Shipped:
    """The course in a file. Raises BadCourse with everything that is wrong."""
    name = path.name
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)  # noqa: S506 - a safe loader that refuses repeated keys
    except yaml.YAMLError as error:
        raise BadCourse([f"{name}: {error}"]) from None
    if not isinstance(data, dict):
        raise BadCourse([f"{name}: a course is expected"])
    data = dict(data)
    code, audience = data.pop("code", None), data.pop("audience", None)
    problems = []
    if code != path.stem:
        problems.append(f"{name}: code is {code!r} and must be {path.stem!r}")
    if audience not in Audience.values:
        problems.append(f"{name}: audience is {audience!r} and must be one of {', '.join(Audience.values)}")
    try:
        content = load(CourseContent, data, "course")
    except RecordError as error:
        raise BadCourse(problems + [f"{name}: {_place(place, data)}: {problem}" for place, problem in error.problems]) from None
    problems += [f"{name}: {lack}" for lack in lacks(content)]
    if problems:
        raise BadCourse(problems)
    return Shipped(code, audience, content)


def _place(place: str, data: dict) -> str:
    """`course.parts[3].options` with the part's own name: `course.parts[3] (client-dinner).options`."""
    head, bracket, tail = place.partition("parts[")
    number, _close, rest = tail.partition("]")
    if not bracket or not number.isdigit():
        return place
    parts = data.get("parts")
    part = parts[int(number)] if isinstance(parts, list) and int(number) < len(parts) else None
    part_id = part.get("id", "?") if isinstance(part, dict) else "?"
    return f"{head}parts[{number}] ({part_id}){rest}"


class _Strict(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Like the safe loader (in C where there is one: these are long texts), but a key that is there twice is a mistake."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _value in node.value:
            name = self.construct_object(key, deep=True)
            if name in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{name!r} is there twice", key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)
