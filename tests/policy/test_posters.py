"""Posters say what the policy in force says, and the register tells when one on a wall says something old."""

from dataclasses import replace
from datetime import timedelta

import pytest
import segno
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.selectors import organisation, today
from policy import pdf
from policy.models import PosterPlace
from policy.poster_selectors import hanging
from policy.posters import FORMATS, TONGUES, poster
from policy.selectors import policy_in_force
from policy.services import approve, publish, submit
from tests.factories import cast
from tests.factories.policies import revised

pytestmark = pytest.mark.django_db
needs_pango = pytest.mark.skipif(not pdf.available(), reason="PDF files need Pango")


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True
    settings.SITE_URL = "https://help.linden.example"


@pytest.fixture
def admin(world, policy_admin, signed_in) -> Client:
    return signed_in(policy_admin)


def publish_changed(change, policy_admin, now):
    """Publish a new version in which `change(content)` was done."""
    version = revised(policy_in_force(now), by=policy_admin.user, now=now, change=change)
    other = cast.make_person("019", "Yu Bo", "policy_admin", keys=False)
    approve(version=submit(version=version, by=policy_admin.user, now=now), by=other.user, now=now)
    return publish(version=version, effective_date=today(now), by=other.user, now=now)


def day(days: int) -> str:
    return (today(timezone.now()) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("tongue", TONGUES)
def test_every_sheet_carries_address_hotline_and_emergency(world, kind, tongue):
    html = Client().get(reverse("policy:poster"), {"kind": kind, "lang": tongue}).content.decode()
    assert "help.linden.example" in html
    assert "400-000-0188" in html
    assert "110" in html
    assert ("可以告诉我们" in html) == (tongue != "en")
    assert ("You can tell us" in html) == (tongue != "zh-hans")


def test_the_code_leads_to_the_one_address_for_all_places(world):
    made = poster(policy_in_force(timezone.now()), organisation(), configured.SITE_URL, "both")
    code = segno.make("https://help.linden.example/", error="q", micro=False)
    assert code.error == "Q"
    assert made.qr == code.svg_inline(border=4, omitsize=True, dark="#000", light="#fff", svgclass="qr-code", lineclass=None)


def test_numbers_on_the_sheet_are_those_of_the_policy(world, policy_admin):
    def slower(content):
        changed = tuple(replace(limit, value=2) if limit.id == "open" else limit for limit in content.limits)
        return replace(content, limits=changed)

    assert "within 1 working day" in Client().get(reverse("policy:poster"), {"lang": "en"}).content.decode()
    publish_changed(slower, policy_admin, timezone.now())
    assert "within 2 working days" in Client().get(reverse("policy:poster"), {"lang": "en"}).content.decode()


@pytest.mark.parametrize("query", [{"kind": "a9"}, {"lang": "xx"}])
def test_unknown_sheets_are_absent(world, query):
    assert Client().get(reverse("policy:poster"), query).status_code == 404


def test_without_a_policy_there_is_no_poster(company):
    assert Client().get(reverse("policy:poster")).status_code == 404


@needs_pango
@pytest.mark.parametrize("kind", FORMATS)
def test_sheets_fit_on_one_page_of_paper(world, kind, monkeypatch):
    from weasyprint import CSS, HTML

    given = []
    monkeypatch.setattr(pdf, "render", lambda html, css: given.append((html, css)) or b"%PDF")
    assert Client().get(reverse("policy:poster_pdf"), {"kind": kind}).headers["Content-Type"] == "application/pdf"
    [(html, css)] = given
    assert len(HTML(string=html).render(stylesheets=[CSS(string=css)]).pages) == 1


@needs_pango
def test_the_policy_becomes_a_pdf_in_both_languages(world):
    for language in ("en", "zh-hans"):
        answer = Client(headers={"accept-language": language}).get(reverse("policy:version_pdf", args=[1]))
        assert answer.content.startswith(b"%PDF")
        assert f"policy-1-{language}.pdf" in answer.headers["Content-Disposition"]
    assert Client().get(reverse("policy:version_pdf", args=[9])).status_code == 404


class TestRegister:
    def hang(self, admin, **more):
        data = {"place": "Canteen", "kind": "a4", "tongue": "both", "check_by": day(30)} | more
        return admin.post(reverse("posters:register"), data)

    def only(self):
        return hanging(policy_in_force(timezone.now()), timezone.localdate())[0]

    def test_a_sheet_is_noted_and_up_to_date(self, admin):
        assert self.hang(admin).status_code == 302
        assert (self.only().outdated, self.only().overdue) == (False, False)
        assert "Canteen" in admin.get(reverse("posters:register")).content.decode()

    def test_a_day_behind_us_is_refused_and_what_was_typed_stays(self, admin):
        answer = self.hang(admin, check_by=day(0))
        assert "check_by" in answer.context["form"].errors
        assert 'value="Canteen"' in answer.content.decode()
        assert not PosterPlace.objects.exists()

    def test_a_changed_hotline_makes_it_old_until_it_is_replaced(self, admin, policy_admin):
        self.hang(admin)

        def new_number(content):
            changed = tuple(replace(each, address="400-000-0999") if each.kind == "hotline" else each for each in content.channels)
            return replace(content, channels=changed)

        publish_changed(new_number, policy_admin, timezone.now())
        assert self.only().outdated
        admin.post(reverse("posters:act", args=[self.only().row.pk, "new"]), {"check_by": day(60)})
        assert not self.only().outdated
        assert self.only().row.version.number == 2

    def test_a_new_version_that_says_the_same_leaves_it_up_to_date(self, admin, policy_admin):
        self.hang(admin)
        publish_changed(lambda content: replace(content, change_summary=content.title), policy_admin, timezone.now())
        assert not self.only().outdated

    def test_overdue_sheets_are_seen_or_taken_down(self, admin):
        self.hang(admin)
        PosterPlace.objects.update(check_by=timezone.localdate() - timedelta(days=1))
        assert self.only().overdue
        admin.post(reverse("posters:act", args=[self.only().row.pk, "seen"]), {"check_by": day(9)})
        assert not self.only().overdue
        row = self.only().row
        admin.post(reverse("posters:act", args=[row.pk, "gone"]))
        assert not hanging(policy_in_force(timezone.now()), timezone.localdate())
        assert admin.post(reverse("posters:act", args=[row.pk, "seen"]), {"check_by": day(9)}).status_code == 404

    @pytest.mark.parametrize("role", ["sysadmin", "stranger", "overseer"])
    def test_only_policy_administrators_keep_it(self, request, world, role, signed_in):
        client = signed_in(request.getfixturevalue(role))
        assert client.get(reverse("posters:register")).status_code == 404
        assert self.hang(client).status_code == 404
        assert not PosterPlace.objects.exists()
