"""The pages of policy administrators: from a profile to a published version, and every refusal on the way."""

from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from policy import editing
from policy.models import PolicyComment, PolicyEdit, PolicyState, PolicyVersion
from policy.requirements import lacks
from policy.selectors import content_of, policy_in_force
from tests.factories import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def second_admin(top):
    return cast.make_person("012", "Han Xue", "policy_admin", manager=top.employee)


@pytest.fixture
def author(policy_admin, signed_in) -> Client:
    return signed_in(policy_admin)


@pytest.fixture
def draft(company, author) -> PolicyVersion:
    answer = author.post(at("new"), {"start": "cn-model-2023"})
    assert answer.headers.get("Location") == at("version", 1), answer.headers
    return PolicyVersion.objects.get()


def at(name: str, *args) -> str:
    return reverse(f"authoring:{name}", args=args)


def fresh(version: PolicyVersion) -> PolicyVersion:
    return PolicyVersion.objects.get(pk=version.pk)


def seen(version, part: str, key: str = "all") -> str:
    return editing.fingerprint(editing.item_of(content_of(fresh(version)), part, key))


def form_of(client: Client, url: str) -> dict:
    """What the form on a page would send back unchanged."""
    form = client.get(url).context["form"]
    return {bound.html_name: value for bound in form if (value := bound.value()) not in (None, False)}


class TestWhoMayEnter:
    PAGES = (
        ("versions",), ("new",), ("version", 1), ("facts", 1), ("preview", 1), ("dates", 1), ("changes", 1), ("comments", 1),
        ("page", 1, "limits"), ("page", 1, "sanctions"), ("item", 1, "sections", "position"), ("item", 1, "words", "all"),
        ("item", 1, "limits", "open"), ("item", 1, "rows", "0"),
    )  # fmt: skip

    def test_the_administrator_sees_every_page(self, draft, author):
        for page in self.PAGES:
            assert author.get(at(*page)).status_code == 200, page

    @pytest.mark.parametrize("role", ["sysadmin", "stranger", "overseer"])
    def test_nobody_else_does(self, request, world, role, signed_in):
        client = signed_in(request.getfixturevalue(role))
        for page in self.PAGES:
            assert client.get(at(*page)).status_code == 404, page

    def test_visitors_are_asked_to_sign_in(self, world):
        assert Client().get(at("versions")).status_code == 302


class TestWriting:
    def test_every_item_of_a_profile_can_be_saved_unchanged(self, draft, author):
        """Opening a form and saving it changes nothing: no field is lost on the way."""
        before = content_of(fresh(draft))
        for part in ("words", "body", "weighed", "review"):
            self.save_unchanged(author, draft, part, "all")
        for part in editing.LISTS:
            for place, item in enumerate(editing.items_of(before, part)):
                key = editing.key_of(before, part, item) if editing.LISTS[part].key else str(place)
                self.save_unchanged(author, draft, part, key)
        assert content_of(fresh(draft)) == before
        assert not PolicyEdit.objects.exists()

    def save_unchanged(self, author, draft, part, key):
        url = at("item", draft.number, part, key)
        data = form_of(author, url)
        answer = author.post(url, data)
        assert answer.status_code == 302, (part, key, answer.context and answer.context["form"].errors)

    def test_a_section_is_changed_and_the_edit_kept(self, draft, author, policy_admin):
        url = at("item", draft.number, "sections", "position")
        author.post(url, form_of(author, url) | {"body_en": "Nobody has to put up with it.\r\nNobody."})
        assert content_of(fresh(draft)).section("position").body.en == "Nobody has to put up with it.\nNobody."
        edit = PolicyEdit.objects.get()
        assert (edit.part, edit.key, edit.by) == ("sections", "position", policy_admin.user)
        assert edit.before["body"]["en"] != edit.after["body"]["en"] == "Nobody has to put up with it.\nNobody."

    def test_numbers_are_set_at_once(self, draft, author):
        data = form_of(author, at("page", draft.number, "limits")) | {"open_amount": "1", "plan_amount": "5", "plan_unit": "working_day"}
        author.post(at("numbers", draft.number), data)
        content = content_of(fresh(draft))
        assert (content.limit("open").value, content.limit("open").unit) == (1, "working_day")
        assert (content.limit("plan").value, content.limit("plan").unit) == (5, "working_day")
        assert content.limit("decide").value is None

    def test_items_are_added_moved_and_removed(self, draft, author):
        url = at("item", draft.number, "channels", "new")
        for name in ("Hotline", "Letter"):
            author.post(url, {"kind": "hotline", "name_en": name, "name_zh_hans": name, "seen": ""})
        author.post(at("move", draft.number, "channels", "1"), {"way": "up", "seen": seen(draft, "channels", "1")})
        assert [channel.name.en for channel in content_of(fresh(draft)).channels] == ["Letter", "Hotline"]
        author.post(at("remove", draft.number, "channels", "0"), {"seen": seen(draft, "channels", "0")})
        assert [channel.name.en for channel in content_of(fresh(draft)).channels] == ["Hotline"]

    def test_a_key_is_taken_only_once(self, draft, author):
        answer = author.post(at("item", draft.number, "conduct", "new"), {"key": "words", "severity": "minor", "seen": ""})
        assert "key" in answer.context["form"].errors
        assert len(content_of(fresh(draft)).conduct) == 6

    def test_a_contradicting_limit_is_refused_with_its_words(self, draft, author):
        url = at("item", draft.number, "limits", "open")
        answer = author.post(url, form_of(author, url) | {"recurring": "fixed", "value": "0", "unit": "working_day"})
        assert "a repetition needs a number above zero" in str(answer.context["form"].errors)
        assert content_of(fresh(draft)).limit("open").recurring == ""

    def test_two_editors_of_one_item_see_both_versions(self, draft, author, second_admin, signed_in):
        url = at("item", draft.number, "sections", "position")
        mine, colleague = form_of(author, url), signed_in(second_admin)
        colleague.post(url, form_of(colleague, url) | {"heading_en": "Where we stand today"})
        answer = author.post(url, mine | {"heading_en": "Our position"})
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "Han Xue" in page
        assert "Where we stand today" in page
        assert "Our position" in page
        assert content_of(fresh(draft)).section("position").heading.en == "Where we stand today"
        again = {bound.html_name: bound.value() for bound in answer.context["form"] if bound.value() is not None}
        assert author.post(url, again).status_code == 302
        assert content_of(fresh(draft)).section("position").heading.en == "Our position"

    def test_two_editors_of_different_items_do_not_meet(self, draft, author, second_admin, signed_in):
        first, other = at("item", draft.number, "sections", "position"), at("item", draft.number, "sections", "support")
        mine, colleague = form_of(author, first), signed_in(second_admin)
        colleague.post(other, form_of(colleague, other) | {"heading_en": "Help"})
        assert author.post(first, mine | {"heading_en": "Our position"}).status_code == 302
        content = content_of(fresh(draft))
        assert (content.section("position").heading.en, content.section("support").heading.en) == ("Our position", "Help")

    def test_an_item_removed_meanwhile_is_shown_and_can_be_put_back(self, draft, author, second_admin, signed_in):
        url = at("item", draft.number, "sections", "duties")
        mine = form_of(author, url)
        signed_in(second_admin).post(at("remove", draft.number, "sections", "duties"), {"seen": seen(draft, "sections", "duties")})
        answer = author.post(url, mine | {"heading_en": "Duties of all"})
        assert answer.status_code == 409
        assert "Duties of all" in answer.content.decode()
        assert content_of(fresh(draft)).section("duties") is None


class TestFacts:
    def test_facts_are_confirmed_one_by_one_with_who_and_when(self, draft, author, policy_admin):
        page = author.get(at("facts", draft.number))
        waiting, settled = page.context["waiting"], page.context["rest"]
        assert waiting and settled
        first = waiting[0]
        name, args = ("confirm", (first.part, first.key)) if first.key else ("confirm_part", (first.part,))
        author.post(at(name, draft.number, *args))
        page = author.get(at("facts", draft.number)).context
        assert (len(page["waiting"]), len(page["rest"])) == (len(waiting) - 1, len(settled) + 1)
        confirmed = next(row for row in page["rest"] if (row.part, row.key) == (first.part, first.key))
        assert confirmed.confirmed_by == policy_admin.user.display_name
        assert confirmed.source.confirmed_at is not None

    def test_a_fact_whose_key_is_a_path_is_confirmed_and_recorded(self, draft, author):
        waiting = author.get(at("facts", draft.number)).context["waiting"]
        first = next(row for row in waiting if "/" in row.key)
        assert author.post(at("confirm", draft.number, first.part, first.key)).status_code == 302
        noted = Entry.objects.filter(action="policy_edited").latest("seq").facts
        assert (noted["part"], noted["key"]) == (first.part, first.key.replace("/", "."))

    def test_an_unknown_fact_is_absent(self, draft, author):
        assert author.post(at("confirm", draft.number, "facts", "nothing/9")).status_code == 404


class TestTheWayToPublication:
    def test_what_is_missing_is_listed_with_a_link_to_each_place(self, draft, author):
        page = author.get(at("version", draft.number))
        missing = page.context["missing"]
        assert {each.lack.code for each in missing} >= {
            "limit_without_number",
            "channels_missing",
            "support_unconfirmed",
            "adoption_missing",
        }
        assert len(missing) == len(lacks(content_of(draft)))
        html = page.content.decode()
        for each in missing:
            target = at("facts", 1) if each.is_fact else f"/m/policies/1/{each.part}"
            assert target in html or at("page", 1, "limits") in html

    def test_author_and_editors_may_not_approve(self, world, policy_admin, second_admin, signed_in):
        """The demonstration's second version, whole, so that only the persons stand in the way."""
        author, editor = signed_in(policy_admin), signed_in(second_admin)
        author.post(at("new"), {"start": "in-force"})
        draft = PolicyVersion.objects.get(number=2)
        url = at("item", 2, "sections", "support")
        editor.post(url, form_of(editor, url) | {"heading_en": "Help for you"})
        assert "what changed" in author.get(at("version", 2), headers={"accept-language": "en"}).content.decode()
        url = at("item", 2, "words", "all")
        author.post(url, form_of(author, url) | {"change_summary_en": "A heading.", "change_summary_zh_hans": "一个标题。"})
        author.post(at("submit", 2))
        for client in (author, editor):
            client.post(at("approve", 2))
            assert fresh(draft).state == PolicyState.IN_REVIEW
        third = signed_in(cast.make_person("013", "Yu Bo", "policy_admin"))
        third.post(at("approve", 2))
        assert fresh(draft).state == PolicyState.APPROVED
        kept = "The version in force today is kept"
        assert kept in third.get(at("publish", 2), headers={"accept-language": "en"}).content.decode()
        third.post(at("publish", 2), {"effective_date": "2020-01-01"})
        assert fresh(draft).state == PolicyState.APPROVED
        day = author.get(at("publish", 2)).context["form"]["effective_date"].value()
        author.post(at("publish", 2), {"effective_date": day})
        assert fresh(draft).state == PolicyState.PUBLISHED
        assert fresh(draft).content_hash

    def test_the_first_policy_replaces_nothing(self, draft, author):
        PolicyVersion.objects.update(state=PolicyState.APPROVED)
        page = author.get(at("publish", 1), headers={"accept-language": "en"}).content.decode()
        assert "Publish version 1" in page and "The version in force today is kept" not in page

    def test_without_any_policy_the_list_says_that_reporting_is_closed(self, company, author):
        assert "Reporting stays closed" in author.get(at("versions"), headers={"accept-language": "en"}).content.decode()

    def test_an_incomplete_version_is_not_approved(self, draft, author, second_admin, signed_in):
        author.post(at("submit", 1))
        signed_in(second_admin).post(at("approve", 1))
        assert fresh(draft).state == PolicyState.IN_REVIEW

    def test_nothing_is_changed_outside_a_draft(self, draft, author):
        url = at("item", 1, "sections", "position")
        data = form_of(author, url)
        author.post(at("submit", 1))
        before = content_of(fresh(draft))
        author.post(url, data | {"heading_en": "Too late"})
        author.post(at("remove", 1, "sections", "position"), {"seen": data["seen"]})
        author.post(at("move", 1, "sections", "position"), {"way": "down", "seen": data["seen"]})
        author.post(at("numbers", 1), {"open_amount": "3", "open_unit": "working_day", "open_seen": seen(draft, "limits", "open")})
        assert content_of(fresh(draft)) == before

    def test_comments_are_made_and_dealt_with(self, draft, author, second_admin, signed_in):
        author.post(at("submit", 1))
        reviewer = signed_in(second_admin)
        reviewer.post(at("comments", 1), {"words": "Say what happens at night.", "part": "sections", "key": "channels"})
        said = PolicyComment.objects.get()
        assert "Say what happens at night." in author.get(at("item", 1, "sections", "channels")).content.decode()
        author.post(at("settle", 1, said.pk))
        said.refresh_from_db()
        assert said.settled_by_id is not None
        assert "Write something" in reviewer.post(at("comments", 1), {"words": " "}).content.decode()


class TestLooking:
    def test_the_newest_version_comes_first_and_only_a_draft_offers_its_numbers(self, world, policy_admin, signed_in):
        client = signed_in(policy_admin)
        client.post(at("new"), {"start": "in-force"})
        assert [version.number for version in client.get(at("versions")).context["versions"]] == [2, 1]
        assert "form" in client.get(at("page", 2, "limits")).context
        assert "form" not in client.get(at("page", 1, "limits")).context

    def test_the_dates_follow_the_numbers(self, draft, author):
        assert "打开阅读" not in author.get(at("dates", 1)).content.decode()
        shown = author.get(at("dates", 1))
        assert shown.context["example"].unnumbered
        data = form_of(author, at("page", 1, "limits")) | {"open_amount": "1", "open_unit": "working_day"}
        author.post(at("numbers", 1), data)
        after = author.get(at("dates", 1)).context["example"]
        assert "open" in {promise.limit_id for promise in after.promises}
        assert len(after.unnumbered) == len(shown.context["example"].unnumbered) - 1

    def test_the_preview_is_the_page_employees_see(self, draft, author):
        html = author.get(at("preview", 1)).content.decode()
        assert "Policy against sexual harassment at work" in html
        assert policy_in_force(cast.NOW) is None

    def test_changes_against_the_version_in_force_are_shown_by_words_and_fields(self, world, policy_admin, signed_in):
        author = signed_in(policy_admin)
        author.post(at("new"), {"start": "in-force"})
        assert "Both versions say the same" in author.get(at("changes", 2)).content.decode()
        url = at("item", 2, "sections", "support")
        old = form_of(author, url)
        author.post(url, old | {"body_en": old["body_en"] + " Nobody asks why."})
        data = form_of(author, at("page", 2, "limits")) | {"open_amount": "2"}
        author.post(at("numbers", 2), data)
        html = author.get(at("changes", 2)).content.decode()
        assert '<ins class="compare-new"> Nobody asks why.</ins>' in html
        assert '<del class="compare-old">1</del> <ins class="compare-new">2</ins>' in html


def test_editing_is_pure_and_keys_stay_unique():
    from policy.parts import Content, Section

    content = Content(sections=(Section("a", cast_text("A"), cast_text("a")), Section("b", cast_text("B"), cast_text("b"))))
    with pytest.raises(editing.KeyTaken):
        editing.with_item(content, "sections", "new", content.sections[0])
    moved = editing.with_moved(content, "sections", "a", 5)
    assert [section.key for section in moved.sections] == ["b", "a"]
    assert [section.key for section in content.sections] == ["a", "b"]
    with pytest.raises(editing.NoSuchItem):
        editing.item_of(content, "sections", "c")
    with pytest.raises(editing.NoSuchItem):
        editing.item_of(content, "channels", "0")
    changed = editing.with_item(content, "sections", "a", replace(content.sections[0], heading=cast_text("Z")))
    assert editing.fingerprint(changed.sections[0]) != editing.fingerprint(content.sections[0])


def cast_text(words: str):
    from policy.records import Text

    return Text(words, words)
