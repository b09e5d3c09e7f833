"""From a profile to a poster, a signature and a promise, through the pages alone, by people who only follow what the pages say.

An administrator who has never seen the product takes the profile of China, mends what the portal refuses, has it approved by a second
person, publishes it in both languages, re-issues it to everybody and prints the poster. An employee opens it, answers, signs. A report sent
afterwards is promised exactly the new dates; one sent before keeps the old ones.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from people.selectors import today
from policy.models import Acknowledgement, PolicyState, PolicyVersion
from policy.selectors import content_of, policy_in_force
from policy.services import gathering
from tests.factories import cast
from tests.factories.filing import file_story
from tests.factories.forms import forms_of
from tests.journeys.test_same_dates import tree, when, words_of

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

PROFILE = "cn-model-2023"
NUMBER, UNIT = 4, "working_day"
HANDLER = {"role_en": "Intake", "role_zh_hans": "受理", "name_en": "People care office", "name_zh_hans": "员工关怀办公室"}
HOTLINE = {"kind": "hotline", "address": "0571-8000 1234", "name_en": "Hotline", "name_zh_hans": "热线", "languages": ["zh-hans"]}
POLICE = {"kind": "police", "phone": "110", "name_en": "Police", "name_zh_hans": "报警", "emergency": "on"}


@pytest.fixture(autouse=True)
def relaxed(settings):
    settings.DEMO = True
    # The signature still needs a proof of its own, given below.
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10**9


@pytest.fixture
def second_admin(top):
    return cast.make_person("012", "Han Xue", "policy_admin", manager=top.employee)


@pytest.fixture
def employee(top):
    return cast.make_person("052", "Gao Min", manager=top.employee, keys=False)


def press(client: Client, page: str, action: str, **more):
    """Send the form of `page` that leads to `action`, with what it holds and `more`; the page that follows."""
    form = next(each for each in forms_of(client.get(page)) if action in (each.action, *each.actions))
    return client.post(action or page, form.values(**more), follow=True)


def save(client: Client, page: str, **fields) -> None:
    """Fill the one form of an editor's page and save it."""
    answer = press(client, page, "", **fields)
    assert answer.redirect_chain, answer.context["form"].errors


def missing(client: Client, draft: str) -> set[str]:
    return {each.lack.code for each in client.get(draft).context["missing"]}


def mend(author: Client, draft: str) -> None:
    """Everything the list of what is missing asks for, place by place."""
    assert missing(author, draft) == {
        "limit_without_number", "fact_unconfirmed", "channels_missing", "body_missing", "support_unconfirmed",
        "review_missing", "adoption_missing",
    }  # fmt: skip
    numbers = next(each for each in forms_of(author.get(f"{draft}limits/")) if each.action.endswith("/numbers/")).values()
    empty = [name for name in numbers if name.endswith("_amount") and not numbers[name]]
    wanted = dict.fromkeys(empty, NUMBER) | {name.replace("_amount", "_unit"): UNIT for name in empty}
    press(author, f"{draft}limits/", f"{draft}numbers/", **wanted)
    save(author, f"{draft}members/new/edit/", **HANDLER)
    save(author, f"{draft}channels/new/edit/", **HOTLINE)
    day = today(timezone.now()).isoformat()
    save(author, f"{draft}support/new/edit/", **POLICE, confirmed_on=day)
    save(
        author,
        f"{draft}review/all/edit/",
        next_date=(today(timezone.now()) + timedelta(days=365)).isoformat(),
        adopted_on=day,
        body_en="Workers’ congress",
        body_zh_hans="职工代表大会",
    )
    confirm_facts(author, draft)
    assert missing(author, draft) == set()


def confirm_facts(author: Client, draft: str) -> None:
    """One by one; each names who vouches for it."""
    for _each in range(50):
        forms = [each for each in forms_of(author.get(f"{draft}facts/")) if "/confirm/" in each.action]
        if not forms:
            return
        author.post(forms[0].action, forms[0].values())
    pytest.fail("facts can't be confirmed")


def promised(code: str, lang: str = "en") -> dict[str, object]:
    """{label: date} of the table on the reporter's page."""
    reporter = Client(headers={"accept-language": lang})
    reporter.post("/f/", {"code": code})
    page = tree(reporter.get("/f/home/"))
    table = next(each for each in page.iter("table") if "promises" in each.get("class", ""))
    return {words_of(row.find("./th/span")): when(row.findall("./td")[0]) for row in table.find("./tbody").iter("tr")}


def publish(author: Client, second: Client) -> PolicyVersion:
    """The way of a version, with every refusal a newcomer meets on it."""
    draft = author.post("/m/policies/new/", {"start": PROFILE}).headers["Location"]
    press(author, draft, f"{draft}submit/")
    assert "It can’t be approved yet" in press(second, draft, f"{draft}approve/").content.decode()
    assert author.get(draft).context["may_approve"] is False
    press(author, draft, f"{draft}back/")
    mend(author, draft)
    press(author, draft, f"{draft}submit/")
    assert author.post(f"{draft}approve/", {}, follow=True).context["version"].state == PolicyState.IN_REVIEW
    press(second, draft, f"{draft}approve/")
    day = today(timezone.now())
    late = press(second, f"{draft}publish/", "", effective_date=(day - timedelta(days=1)).isoformat())
    assert "effective_date" in late.context["form"].errors
    press(second, f"{draft}publish/", "", effective_date=day.isoformat())
    version = policy_in_force(timezone.now())
    assert draft == f"/m/policies/{version.number}/"
    return version


def reissue(author: Client) -> None:
    draft = press(author, "/m/campaigns/new/", "").redirect_chain[-1][0]
    press(author, f"{draft}start/", "")
    while gathering.look(now=timezone.now()):
        continue


def read_and_sign(employee, signed_in) -> Acknowledgement:
    """Opens, answers (first wrong, then right), proves who it is, signs."""
    client = signed_in(employee, fresh=False)
    row = Acknowledgement.objects.select_related("campaign").get(employee=employee.employee)
    here = f"/p/sign/{row.pk}/"
    # Without having opened the text there is no question.
    assert client.get(f"{here}q/1/").headers["Location"] == f"{here}read/"
    client.get(f"{here}read/")
    for number, question in enumerate(row.campaign.questions, 1):
        right = question["right"]
        wrong = client.post(f"{here}q/{number}/", {"choice": (right + 1) % len(question["options"])})
        assert wrong.context["passage"] is not None
        client.post(f"{here}q/{number}/", {"choice": right})
    assert not client.post(f"{here}sign/", {}).headers.get("Location")
    proof_at = client.post(f"{here}confirm/").headers["Location"]
    back = client.post(proof_at, {"password": cast.PASSWORD}).headers["Location"]
    ticket = re.search(r"[?&]t=([^&]+)", back)
    assert ticket, back
    done = client.post(f"{here}sign/", {"t": next(f for f in forms_of(client.get(back)) if "t" in f.fields).fields["t"][0]})
    assert done.headers["Location"] == f"{here}done/"
    row.refresh_from_db()
    return row


def test_from_a_profile_to_a_promise(handlers, policy_admin, second_admin, employee, signed_in):
    before = file_story(now=timezone.now())
    old = promised(before.code)
    author, second = signed_in(policy_admin), signed_in(second_admin)

    version = publish(author, second)
    confirmed = [fact.source for fact in content_of(version).facts if fact.source.confidence == "knowledge"]
    assert confirmed
    assert all(source.confirmed_by == policy_admin.user.pk and source.confirmed_at for source in confirmed)

    # Everybody can read it, in both languages, without signing in.
    for lang, heading in (("en", "Policy against sexual harassment at work"), ("zh-hans", "消除工作场所性骚扰制度")):
        html = Client(headers={"accept-language": lang}).get("/p/").content.decode()
        assert heading in html
        assert f"/p/{version.number}/pdf/" in html

    # The poster says what it says.
    poster = Client(headers={"accept-language": "zh-hans"}).get("/p/poster/").content.decode()
    assert "0571-8000 1234" in poster
    assert "<svg" in poster
    assert Client().get("/p/poster/pdf/").content.startswith(b"%PDF")

    reissue(author)
    row = read_and_sign(employee, signed_in)
    assert (row.version_hash, row.method) == (version.content_hash, "portal")

    # One sent before keeps its dates; one sent now has the new ones, as the public table says.
    assert promised(before.code) == old
    after = file_story(now=timezone.now())
    new = promised(after.code)
    assert after.complaint.policy_version_id == version.pk
    assert before.complaint.policy_version_id != version.pk
    parts = {str(limit.label.in_language("en")): limit for limit in content_of(version).limits}
    assert new.keys() <= parts.keys()
    assert {parts[label].value for label in new if parts[label].unit == UNIT} == {NUMBER}
    assert new != old
