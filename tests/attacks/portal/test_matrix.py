"""The matrix of who may open what (`tests/authz_matrix.yaml`), asked at every door there is. Every refusal is the same page (Q12)."""

import pytest
from django.core.cache import cache
from django.test import override_settings

from policy import pdf
from tests.attacks.addresses import ABSENT_REF, ADDRESSES, NOBODY, path_of
from tests.attacks.comparing import bare
from tests.attacks.conftest import undone
from tests.attacks.matrix import matrix, outcome
from tests.factories.browsers import prove

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_the_file_names_every_address_once_and_no_other():
    listed = matrix().addresses
    assert sorted(set(ADDRESSES) - set(listed)) == [], "addresses that the matrix does not know"
    assert sorted(set(listed) - set(ADDRESSES)) == [], "addresses that do not exist"
    assert sorted(name for name in set(listed) if listed.count(name) > 1) == []
    assert matrix().problems() == []


def test_the_file_and_the_world_know_the_same_people(portal):
    assert sorted(matrix().people) == sorted(portal.actors)


@pytest.fixture(scope="module")
def absent_pages():
    return {}


def absent_page(actor, path: str, pages: dict):
    """What this browser gets for a case, a draft or a page that does not exist, in the same part of the portal."""
    area, *inside = path.strip("/").split("/")
    method, nothing = {
        "c": ("get", f"/c/{ABSENT_REF}/"),
        "d": ("get", f"/d/{ABSENT_REF}/"),
        "o": ("get", f"/o/c/{ABSENT_REF}/"),
        "w": ("post", f"/w/regrants/{ABSENT_REF}/1/"),
        "f": ("get", "/f/file/99/"),
        "s": ("get", f"/s/file/{NOBODY}/1/"),
        "r": ("get", "/r/save/"),
        # Every part of the administration marks its own entry in the menu.
        "m": ("get", f"/m/{inside[0] if inside else 'none'}/nothing/at/all/here/"),
    }.get(area if not path.startswith("/w/directory") else "", ("get", f"/{area}/nothing/at/all/here/"))
    key = (id(actor.cookies), method, nothing)
    if key not in pages:
        pages[key] = bare(getattr(actor.browser(), method)(nothing), path=nothing)
    return pages[key]


# Alike for everybody, and a page that takes a second to make.
SLOW = {"policy:version_pdf", "policy:poster_pdf"}


def asked(actor, method: str, path: str):
    with undone(), override_settings(DEMO=not actor.without_second_factor):
        response = getattr(actor.browser(), method.lower())(path)
        return response, outcome(response)


@pytest.mark.parametrize("address", sorted(ADDRESSES))
def test_who_may_open_it(portal, address, absent_pages):
    if address in SLOW and not pdf.available():
        pytest.skip("PDF files need Pango")
    wrong = []
    for method in ("GET", "POST"):
        known = {}
        for person, expected in matrix().worth_asking(address, method, names_a_case="ref" in ADDRESSES[address]).items():
            if address in SLOW and person != "visitor":
                continue
            actor = portal.actors[person]
            path = path_of(address, actor.case, portal)
            same = (id(actor.cookies), path, actor.without_second_factor)
            if same not in known:
                # Limits on tries belong to other tests.
                cache.clear()
                response, got = asked(actor, method, path)
                if got == "absent" and not _is_absent_page(response, actor, path, absent_pages):
                    got = "a 404 of its own"
                known[same] = got
            if known[same] != expected:
                wrong.append(f"{method} {path} as {person}: {known[same]}, not {expected}")
    assert wrong == []


def _is_absent_page(response, actor, path: str, pages: dict) -> bool:
    with undone(), override_settings(DEMO=not actor.without_second_factor):
        return bare(response, path=path) == absent_page(actor, path, pages)


WITH_OWN_OBJECTS = sorted(
    name for name, takes in ADDRESSES.items() if name.startswith(("case:", "followup:")) and len(takes) > ("ref" in takes)
)
# What these take is no thing of a case: a step, a kind of report; or it says nothing whatever number stands there.
NO_OBJECT = {"case:step", "case:report_form", "followup:decline"}


LEADING_BACK = {"case:download", "case:check_file", "case:evidence_check", "case:evidence_show", "case:evidence_original"}
# What stands in these is a word of the portal, the same in every case; an order to move something that says neither up nor down.
NO_THINGS = {
    "case:step", "followup:decline", "case:check_ask", "case:check_note", "case:plan_add", "case:plan_step", "case:plan_suggestions",
    "case:plan_move", "case:report_form", "case:take_in",
}  # fmt: skip


@pytest.mark.parametrize("address", [name for name in WITH_OWN_OBJECTS if name not in NO_OBJECT | NO_THINGS])
def test_a_thing_of_another_case_is_not_there_under_ones_own(portal, address):
    """Whoever may open one case guesses the numbers of things in another one."""
    by_code = address.startswith("followup:")
    actor = portal.actors["code / own" if by_code else "investigator / own"]
    foreign = {part: value for part, value in portal.cases["new"].ids.items() if part in ADDRESSES[address] and part != "number"}
    foreign |= {"number": 9} if "number" in ADDRESSES[address] else {}
    foreign |= {"file_number": 9} if "file_number" in ADDRESSES[address] else {}
    path = path_of(address, portal.cases["handled"], portal, **foreign)
    for method in ("GET", "POST"):
        with undone():
            browser = actor.browser()
            if not by_code:
                prove(browser, portal.people["investigator"].user)
            got = outcome(getattr(browser, method.lower())(path))
        # With GET these lead back to the list, whatever number stands in them.
        leads_back = method == "GET" and address in LEADING_BACK
        assert got in {"absent", "wrong method"} or (leads_back and got == "done"), method


def test_a_locked_vault_is_asked_for_alike_whether_the_case_exists_or_not(portal):
    actor = portal.actors["locked"]
    answers = {asked(actor, "GET", f"/c/{ref}/")[0].headers["Location"].replace(ref, "") for ref in (actor.case.ref, ABSENT_REF)}
    assert len(answers) == 1
