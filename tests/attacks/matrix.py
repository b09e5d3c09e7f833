"""Reading `tests/authz_matrix.yaml`, and what an answer is called there."""

import functools
import re
import zlib
from pathlib import Path

import yaml

FILE = Path(__file__).resolve().parents[1] / "authz_matrix.yaml"
EVERYONE_ELSE = "everyone else"
_STATUS = {200: "page", 204: "page", 401: "page", 409: "page", 410: "page", 404: "absent", 405: "wrong method"}
_FIRST = (
    ("/a/login/", "sign in"),
    ("/a/reauthenticate/", "confirm"),
    ("/a/2fa/reauthenticate/", "second factor"),
    ("/a/2fa/", "second factor"),
    ("/unlock/", "unlock"),
)
CONFLICT = re.compile(r"^/c/[^/]+/conflict/$")


class Matrix:
    """`expected(address, method)` gives {person: outcome}."""

    def __init__(self, text: str):
        data = yaml.safe_load(text)
        self.outcomes, self.people, self.groups, self.blocks = data["outcomes"], data["people"], data["groups"], data["pages"]
        self.alike = data["alike"]
        self.addresses = [name for block in self.blocks for name in block["addresses"]]

    def expected(self, address: str, method: str) -> dict[str, str]:
        block = next(each for each in self.blocks if address in each["addresses"])
        row = block["GET"] if block[method] == "same" else block[method]
        named = {person: outcome for outcome, who in row.items() if who != EVERYONE_ELSE for person in self._people(who)}
        rest = [outcome for outcome, who in row.items() if who == EVERYONE_ELSE]
        assert len(rest) == 1, f"{block['title']}: one outcome for everyone else"
        return {person: named.get(person, rest[0]) for person in self.people}

    def worth_asking(self, address: str, method: str, *, names_a_case: bool) -> dict[str, str]:
        """`expected`, without those who are `alike` in the file: of them, each address asks another one."""
        expected = self.expected(address, method)
        if len(set(expected.values())) == 1:
            return {person: expected[person] for person in self.groups["one of a kind"]}
        alike = self.alike["everywhere"] + ([] if names_a_case else self.alike["where no case is named"])
        turn = zlib.crc32(f"{method} {address}".encode())
        left_out = set()
        for people in alike:
            for outcome in {expected[person] for person in people}:
                same = [person for person in people if expected[person] == outcome]
                left_out |= set(same) - {same[turn % len(same)]}
        return {person: outcome for person, outcome in expected.items() if person not in left_out}

    def _people(self, who: list[str]) -> list[str]:
        return [person for name in who for person in self.groups.get(name, [name])]

    def problems(self) -> list[str]:
        """What in the file can't be meant: unknown words, somebody with two outcomes."""
        found = []
        for block in self.blocks:
            for method in ("GET", "POST"):
                row = block["GET"] if block[method] == "same" else block[method]
                people = [person for who in row.values() if who != EVERYONE_ELSE for person in self._people(who)]
                found += [f"{block['title']}: {outcome}?" for outcome in row if outcome not in self.outcomes]
                found += [f"{block['title']}: {person}?" for person in people if person not in self.people]
                found += [f"{block['title']}: {person} twice" for person in set(people) if people.count(person) > 1]
        return found


@functools.cache
def matrix() -> Matrix:
    return Matrix(FILE.read_text(encoding="utf-8"))


def outcome(response) -> str:
    """What happened, in the words of the file. What has no word there is named by its status."""
    if response.status_code not in (301, 302, 303):
        return _STATUS.get(response.status_code, str(response.status_code))
    target = response.headers["Location"].split("?")[0]
    if target.startswith(("http:", "https:", "//")):
        return "away"
    if CONFLICT.match(target):
        return "conflict"
    return next((word for start, word in _FIRST if target == start), "done")
