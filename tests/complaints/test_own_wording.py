"""Questions in the employer's own words (D12): how long they live, what they can't touch, and what drafts and reports keep."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from audit.models import Entry
from complaints import tasks, verify, wording_selectors, wording_triggers
from complaints.models import Complaint, ProtectionRequest, WordingState, WordingVersion
from complaints.questions import PAGES, plain, shown_answers, using, version
from complaints.questions.flow import BY_ID, PARTS, SLOTS, shipped, shipped_texts
from complaints.questions.wording import ANSWER, LANGUAGES, Wording, digest_of
from complaints.services import wording as services
from complaints.services.access import openable
from tests.complaints.report_helpers import EN, ZH, begin, browser, only_draft, secret_of, send, text, told, write
from tests.complaints.wording_helpers import HINT, OWN_HINT, own_hint, put_in_force, reword, wording_in_force
from vault import codes
from vault.columns import open_column, seal_column
from vault.drafts import draft_key

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
SHIPPED = {key: (en, zh) for key, en, zh in shipped_texts()}


@pytest.fixture
def admin(policy_admin):
    return policy_admin.user


def opened(client):
    """The only report, opened with the code of the draft in this browser: (keys, body)."""
    complaint = Complaint.objects.get()
    code = "".join(client.get("/r/sent/").context["code"].split())
    keys = openable(complaint=complaint, keyring=codes.derive(code).keyring(complaint.receipt_id))
    return keys, open_column(complaint.statements.get(), "body_sealed", keys.statement).json()


def forget_wording(client) -> None:
    """Make the draft in this browser what it was before drafts named their wording."""
    row, secret = only_draft(), secret_of(client)
    key = draft_key(draft_id=row.pk, secret=secret)
    content = open_column(row, "answers_sealed", key).json()
    del content["wording"]
    seal_column(row, "answers_sealed", content, key)
    row.save(update_fields=["answers_sealed"])


class TestTexts:
    def test_every_text_a_page_shows_can_be_worded_anew_and_nothing_else_can(self):
        """Marked texts: what is not marked on a page is not in the reach of an administrator."""
        marked = Wording(9, "", {key: (f"EN {key}", f"ZH {key}") for key in SHIPPED})
        for page in PAGES:
            with using(marked), override("en"):
                said = [page.section, page.heading, page.hint, page.why, *(page.details or ()), *(note.text for note in page.notes)]
                for field in page.fields:
                    for each in (field, *field.parts):
                        if each.kind not in ("group", "files"):
                            said.append(each.label)
                        said += [each.block_title, each.add_label, each.blank_error, *(o.label for o in each.options)]
                        said += [option.hint for option in each.options]
                assert [str(words) for words in said if str(words) and not str(words).startswith("EN ")] == []

    def test_order_options_and_what_is_compulsory_stay(self):
        empty = Wording(9, "", dict.fromkeys(SHIPPED, ("", "")))

        def shape():
            return [(page.id, [(f.name, f.kind, f.compulsory, [o.value for o in f.options]) for f in page.fields]) for page in PAGES]

        before = shape()
        with using(empty):
            assert shape() == before

    def test_each_language_has_its_own_words_and_none_follow_a_reader_out(self):
        own = Wording(9, "", {HINT: OWN_HINT})
        field = BY_ID["1"].field("story")
        with using(own):
            with override("en"):
                assert str(field.hint) == OWN_HINT[0] and field.hint
            with override("zh-hans"):
                assert str(field.hint) == OWN_HINT[1]
        with override("en"):
            assert str(field.hint) == SHIPPED[HINT][0]

    def test_answers_are_shown_in_the_words_in_which_they_were_offered(self):
        own = Wording(9, "", {"3/who=me": ("To myself", "我自己")})
        with using(own):
            assert [each.text for each in shown_answers({"3": {"who": "me"}}, "zh-hans") if each.id == "3"] == ["我自己"]

    def test_the_shipped_words_are_plain(self):
        """Acceptance 22: sentences of at most 25 words and 40 characters, no word that judges, at most grade 8."""
        for page_id, slots in SLOTS.items():
            assert plain.unfit(slots, SHIPPED) == [], page_id
            assert plain.heavy(slots, SHIPPED) == [], page_id
        sentences = [SHIPPED[slot.key][0] for slots in SLOTS.values() for slot in slots if slot.is_sentence]
        assert 3 < plain.reading_grade(sentences) < 8


class TestWhatIsRefused:
    HINT_14 = "14/identity=confidential.hint"

    @pytest.mark.parametrize(
        ("key", "english", "code"),
        [
            (HINT, "Start <b>here</b>", "markup"),
            (HINT, "Start &lt;here", "markup"),
            (HINT, "Start {here}", "braces"),
            (HINT, "Start { here", "braces"),
            (HINT, "Start\u202ehere", "unseen"),
            (HINT, "x" * 601, "too_long"),
            ("1/story.question", "x" * 161, "too_long"),
            (HINT_14, "Only a few people know.", "placeholders"),
            (HINT_14, "Only {readers} of {readers} people know.", "placeholders"),
            (HINT_14, "Only {readers.__class__} people know.", "placeholders"),
            (HINT_14, "Only {readers!r:^99} people know.", "placeholders"),
            (HINT_14, "Only {number} people know.", "placeholders"),
        ],
    )
    def test_what_can_not_be_shown_is_not_kept(self, admin, key, english, code):
        page_id = key.partition("/")[0]
        with pytest.raises(services.Broken) as met:
            reword(admin, **{f"p{page_id}": {key: (english, SHIPPED[key][1])}})
        assert [(flaw.code, flaw.language) for flaw in met.value.flaws] == [(code, "en")]
        assert WordingVersion.objects.get().texts == [[k, *both] for k, both in SHIPPED.items()]

    def test_a_number_may_move_within_its_sentence(self, admin):
        moved = ("{readers} named people know, nobody else.", "有 {readers} 位指定人员知道。")
        draft = reword(admin, p14={self.HINT_14: moved})
        assert wording_selectors.texts_of(draft)[self.HINT_14] == moved

    @pytest.mark.parametrize(
        ("page_id", "key", "both", "code"),
        [
            ("1", HINT, ("Begin anywhere", ""), "missing"),
            ("1", "1/story.question", ("", ""), "missing"),
            ("1", HINT, ("The victim may begin anywhere", "从哪里都行。"), "judging"),
            ("1", HINT, ("Begin anywhere", "疑似受到伤害也可以写。"), "judging"),
            ("1", HINT, ("Mandatory: begin anywhere", "从哪里都行。"), "scolding"),
            ("1", HINT, ("Begin anywhere", "必填"), "scolding"),
            ("3", "3/who=me", ("Several people", "我"), "alike"),
        ],
    )
    def test_what_can_be_kept_but_not_published(self, admin, page_id, key, both, code):
        draft = reword(admin, **{f"p{page_id}": {key: both}})
        with pytest.raises(services.NotReady) as met:
            services.publish(version=draft, row_version=draft.row_version, by=admin, now=timezone.now())
        assert {flaw.code for flaw in met.value.flaws[page_id]} == {code}
        assert wording_in_force() is shipped()

    def test_a_hint_may_go_in_both_languages_but_not_one_that_holds_a_promise(self, admin):
        put_in_force(admin, p1={HINT: ("", "")})
        with pytest.raises(services.Broken):
            reword(admin, p12={"12/hint": ("", "你好")})
        draft = reword(admin, p12={"12/hint": ("", "")})
        with pytest.raises(services.NotReady):
            services.publish(version=draft, row_version=draft.row_version, by=admin, now=timezone.now())

    def test_long_sentences_are_a_hint_only(self, admin):
        long = ("word " * 26, "字" * 41)
        draft = reword(admin, p1={HINT: (plain.tidy(long[0]), long[1])})
        texts = wording_selectors.texts_of(draft)
        assert [(flaw.code, flaw.language) for flaw in wording_selectors.hints(texts, "1")] == [("long", "en"), ("long", "zh-hans")]
        services.publish(version=draft, row_version=draft.row_version, by=admin, now=timezone.now())

    def test_a_key_that_is_no_text_of_the_page_is_dropped(self, admin):
        draft = reword(admin, p1={"2/more.hint": ("x", "x"), "made/up": ("x", "x"), HINT: OWN_HINT})
        texts = wording_selectors.texts_of(draft)
        assert texts[HINT] == OWN_HINT and texts["2/more.hint"] == SHIPPED["2/more.hint"] and "made/up" not in texts


class TestLife:
    def test_there_is_one_draft_and_it_begins_as_what_is_in_force(self, admin):
        first = services.start(by=admin, now=timezone.now())
        assert services.start(by=admin, now=timezone.now()).pk == first.pk
        assert wording_selectors.texts_of(first) == SHIPPED
        with pytest.raises(IntegrityError), transaction.atomic():
            WordingVersion.objects.create(number=99, author=admin, created_at=timezone.now())

    def test_publishing_replaces_and_keeps(self, admin):
        first = own_hint(admin)
        second = own_hint(admin, ("Begin with what hurts most", "先写最难受的。"))
        states = dict(WordingVersion.objects.values_list("number", "state"))
        assert states == {first.number: WordingState.SUPERSEDED, second.number: WordingState.PUBLISHED}
        assert wording_in_force().label == f"{second.number}-{second.content_hash}"
        assert wording_selectors.named(f"{first.number}-{first.content_hash}").texts[HINT] == OWN_HINT
        actions = list(Entry.objects.order_by("seq").values_list("action", flat=True))
        assert actions[-6:] == ["wording_drafted", "wording_edited", "wording_published"] * 2
        assert OWN_HINT[0] not in str(list(Entry.objects.values_list("facts", flat=True)))

    def test_publishing_the_same_words_is_refused(self, admin):
        draft = services.start(by=admin, now=timezone.now())
        with pytest.raises(services.NothingNew):
            services.publish(version=draft, row_version=draft.row_version, by=admin, now=timezone.now())

    def test_publishing_needs_the_draft_that_was_shown(self, admin):
        draft = reword(admin, p1={HINT: OWN_HINT})
        shown = draft.row_version
        reword(admin, p2={"2/more.hint": ("Small things", "小事")})
        with pytest.raises(services.ChangedMeanwhile):
            services.publish(version=draft, row_version=shown, by=admin, now=timezone.now())
        assert wording_in_force() is shipped()

    def test_a_page_saved_by_somebody_else_is_not_overwritten(self, admin):
        draft = reword(admin, p1={HINT: OWN_HINT})
        stale = wording_selectors.fingerprint(SHIPPED, "1")
        with pytest.raises(services.ChangedMeanwhile) as met:
            services.save_page(version=draft, page_id="1", texts={HINT: ("x", "y")}, seen=stale, by=admin, now=timezone.now())
        assert met.value.stored[HINT] == OWN_HINT and met.value.edit.by == admin
        # Another page of the same draft is nobody else's business.
        seen = wording_selectors.fingerprint(SHIPPED, "2")
        services.save_page(version=draft, page_id="2", texts={"2/more.hint": ("x", "y")}, seen=seen, by=admin, now=timezone.now())

    def test_nothing_is_written_into_what_is_published_or_thrown_away(self, admin):
        done = own_hint(admin)
        dropped = services.start(by=admin, now=timezone.now())
        services.discard(version=dropped, by=admin, now=timezone.now())
        for each in (done, dropped):
            with pytest.raises(services.WrongState):
                services.save_page(version=each, page_id="1", texts={}, seen="", by=admin, now=timezone.now())
            with pytest.raises(services.WrongState):
                services.discard(version=each, by=admin, now=timezone.now())
            with pytest.raises(services.WrongState):
                services.publish(version=each, row_version=1, by=admin, now=timezone.now())

    @pytest.mark.parametrize("change", [{"texts": []}, {"state": "draft"}, {"number": 77}, {"content_hash": "0" * 64}])
    def test_the_database_refuses_to_change_what_was_in_force(self, admin, change):
        done = own_hint(admin)
        with pytest.raises(DatabaseError), transaction.atomic():
            WordingVersion.objects.filter(pk=done.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            WordingVersion.objects.filter(pk=done.pk).delete()
        assert list(verify.problems(now=timezone.now())) == []

    def test_a_change_past_the_triggers_is_found(self, admin):
        done = own_hint(admin)
        wording_triggers.uninstall(connection)
        texts = [[key, "x", zh] if key == HINT else [key, en, zh] for key, en, zh in done.texts]
        WordingVersion.objects.filter(pk=done.pk).update(texts=texts)
        assert [f"wording {done.number} " in line for line in verify.problems(now=timezone.now())] == [True]
        wording_triggers.install(connection)

    def test_the_words_of_a_release_are_kept_once(self, admin):
        assert tasks.keep_shipped_wording() is True
        assert tasks.keep_shipped_wording() is False
        kept = WordingVersion.objects.get()
        assert (kept.state, kept.texts, kept.content_hash) == (WordingState.SHIPPED, shipped_texts(), shipped().digest)
        with pytest.raises(DatabaseError), transaction.atomic():
            WordingVersion.objects.all().delete()
        assert own_hint(admin).number == kept.number + 1
        assert list(verify.problems(now=timezone.now())) == []

    def test_questions_that_come_with_a_later_release_keep_its_words(self, admin):
        """A stored wording that lacks a text (it was published before the question existed) shows the shipped one."""
        done = own_hint(admin)
        older = [each for each in done.texts if each[0] != "2/more.hint"]
        row = WordingVersion(number=5, texts=older)
        assert wording_selectors.texts_of(row)["2/more.hint"] == SHIPPED["2/more.hint"]
        with using(wording_selectors.wording_of(row)), override("en"):
            assert str(BY_ID["2"].fields[0].hint) == SHIPPED["2/more.hint"][0]

    def test_the_hash_covers_every_word_of_both_languages_and_the_number(self):
        texts = shipped_texts()
        digest = digest_of(3, texts)
        assert digest != digest_of(4, texts)
        for column in (1, 2):
            other = [list(each) for each in texts]
            other[40][column] += "."
            assert digest_of(3, other) != digest


@pytest.mark.usefixtures("handlers")
class TestReports:
    def test_reporters_read_the_words_in_force(self, admin):
        own_hint(admin)
        assert OWN_HINT[0] in text(begin(browser(EN)).get("/r/1/"))
        assert OWN_HINT[1] in text(begin(browser(ZH)).get("/r/1/"))

    def test_a_draft_keeps_its_words_until_it_is_sent(self, admin):
        client = told()
        own_hint(admin)
        page = text(client.get("/r/1/"))
        assert SHIPPED[HINT][0] in page and OWN_HINT[0] not in page
        assert OWN_HINT[0] in text(begin(browser(EN)).get("/r/1/"))
        assert send(client).url == "/r/sent/"
        assert opened(client)[1]["questionnaire"] == version(shipped())

    def test_a_report_keeps_number_and_hash_and_the_words_it_answered(self, admin):
        asked = ("What would you like to tell us?", "您想告诉我们什么？")
        done = put_in_force(admin, p1={"1/story.question": asked}, p12={"12/wishes=no_contact": ("Not to meet them", "不见面")})
        client = told(ZH)
        write(client, "12", wishes=["no_contact"])
        own_hint(admin)
        assert asked[1] in text(client.get("/r/1/"))
        assert asked[1] in text(client.get("/r/check/"))
        send(client)
        keys, body = opened(client)
        assert body["questionnaire"] == f"1.{done.number}-{done.content_hash}"
        shown = {each["id"]: each for each in body["answers"]}
        assert shown["1"]["question"] == asked[1] and shown["12"]["shown"] == "不见面"
        wish = open_column(ProtectionRequest.objects.get(), "wish_sealed", keys.statement).json()
        # A later wording can't change what was asked for, in neither language.
        put_in_force(admin, p12={"12/wishes=no_contact": ("Somewhere else", "别处")})
        with override("en"):
            assert wording_selectors.wish_words(wish) == "Not to meet them"
        with override("zh-hans"):
            assert wording_selectors.wish_words(wish) == "不见面"
        assert wording_selectors.wish_words({"kind": "not_working"}) == ""

    def test_a_wish_made_later_keeps_the_words_it_was_offered_in(self, admin, reporter_client):
        from tests.factories.filing import file_story

        filed = file_story()
        own = put_in_force(admin, p12={"12/wishes=move_me": ("Let me go elsewhere", "让我换个地方")})
        client = reporter_client(filed.code)
        page = client.get("/f/protect/")
        assert "Let me go elsewhere" in text(page)
        form = page.context["form"]
        put_in_force(admin, p12={"12/wishes=move_me": ("Move me away", "把我调走")})
        answers = {"wishes": ["move_me"], "once": form["once"].value(), "wording": form["wording"].value(), "go": "send"}
        assert client.post("/f/protect/", answers).status_code == 302
        keys = openable(complaint=filed.complaint, keyring=filed.keyring)
        wishes = [open_column(row, "wish_sealed", keys.statement).json() for row in ProtectionRequest.objects.order_by("at")]
        assert wishes[-1]["wording"] == f"{own.number}-{own.content_hash}"
        assert "Let me go elsewhere" in text(client.get("/f/protect/"))

    def test_a_record_by_staff_is_asked_in_its_own_wording_too(self, admin, intake_officer, signed_in, settings):
        settings.DEMO = True
        client = signed_in(intake_officer)
        own_hint(admin)
        client.post("/w/record/", {"channel": "hotline", "language": "en"})
        own_hint(admin, ("Something newer", "更新的"))
        assert OWN_HINT[0] in text(client.get("/w/record/1/"))
        client.post("/w/record/1/", {"story": "He shouted.", "go": "check"})
        assert client.get("/w/record/check/").status_code == 200
        client.post("/w/record/check/", {"read_back": "on"})
        assert Complaint.objects.get().channel == "hotline"

    def test_a_draft_older_than_wordings_is_asked_in_the_shipped_words(self, admin):
        own_hint(admin)
        client = told()
        assert OWN_HINT[0] in text(client.get("/r/1/"))
        forget_wording(client)
        assert SHIPPED[HINT][0] in text(client.get("/r/1/"))

    def test_a_database_that_does_not_answer_leaves_the_shipped_words(self, admin, monkeypatch):
        own_hint(admin)
        cache.clear()

        def down():
            raise DatabaseError("gone")

        monkeypatch.setattr(wording_selectors, "_label_in_force", down)
        assert wording_in_force() is shipped()

    def test_the_wording_in_force_is_asked_of_the_database_once_a_minute(self, admin, django_assert_num_queries):
        own_hint(admin)
        wording_in_force()
        with django_assert_num_queries(0):
            assert wording_in_force().texts[HINT] == OWN_HINT

    def test_a_label_nobody_knows_is_the_wording_in_force(self, admin):
        own_hint(admin)
        assert wording_selectors.named("7-" + "0" * 64).texts[HINT] == OWN_HINT

    def test_section_names_are_worded_too(self, admin):
        put_in_force(admin, **{f"p{PARTS}": {f"{PARTS}/happened": ("Your story", "您的经历")}})
        assert "Your story" in text(begin(browser(EN)).get("/r/1/"))


def test_every_list_of_answers_is_in_reach():
    """As many answers may be worded anew as there are."""
    count = sum(len(each.options) for page in PAGES for field in page.fields for each in (field, *field.parts))
    assert sum(slot.kind == ANSWER for slots in SLOTS.values() for slot in slots) == count
    assert LANGUAGES == ("en", "zh-hans")
