"""The tags every template uses: dates in both languages, codes, icons, form fields."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from config import date_tags, look_tags, urls  # noqa: F401 - the words for empty answers come with the addresses
from tests.pages.fixture_form import FixtureForm


def render(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(("language", "expected"), [("en", "Friday 14 November 2025"), ("zh-hans", "2025年11月14日（星期五）")])
def test_a_promise_is_a_date_with_its_weekday(language, expected):
    with translation.override(language):
        assert date_tags.weekday_date_text(date(2025, 11, 14)) == expected


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "Saturday 15 November 2025, 01:30"), ("zh-hans", "2025年11月15日（星期六）01:30")]
)
def test_a_moment_is_shown_in_the_time_zone_in_force(language, expected):
    with translation.override(language), timezone.override(ZoneInfo("Asia/Shanghai")):
        assert date_tags.moment_text(datetime(2025, 11, 14, 17, 30, tzinfo=UTC)) == expected


def test_the_time_element_carries_the_machine_readable_date():
    assert render("{% weekday_date d %}", d=date(2025, 11, 14)) == '<time datetime="2025-11-14">Friday 14 November 2025</time>'
    assert render("{% weekday_date d %}", d=None) == ""


def test_a_code_is_five_groups_of_four():
    assert look_tags.code_groups("48217305119688402257") == ["4821", "7305", "1196", "8840", "2257"]
    assert look_tags.one_by_one("4821 7305") == "4 8 2 1, 7 3 0 5"


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "We are 1 working day late.", "We are 2 working days late."),
        ("zh-hans", "我们已超期 1 个工作日。", "我们已超期 2 个工作日。"),
    ],
)
def test_we_are_late_in_words(language, one, two):
    with translation.override(language):
        assert (look_tags.late_words(1), look_tags.late_words(2)) == (one, two)


def test_an_icon_is_hidden_from_screen_readers_and_an_unknown_one_is_an_error():
    assert 'aria-hidden="true"' in render('{% icon "lock" %}')
    with pytest.raises(KeyError):
        render('{% icon "no-such" %}')


def test_there_are_at_most_thirty_icons():
    assert 20 <= len(look_tags.icon_strokes()) <= 30


# --- form fields ------------------------------------------------------------------------------------


def test_a_field_has_no_asterisk_and_no_required_attribute():
    html = "".join(render("{% field f %}", f=bound) for bound in FixtureForm())
    assert "*" not in html
    assert "required" not in html
    assert "maxlength" not in html.split("<textarea", 1)[1].split(">", 1)[0]


def test_hint_and_error_stand_above_the_input():
    html = render("{% field f %}", f=FixtureForm({})["story"])
    assert html.index("</label>") < html.index("Start wherever") < html.index("Please fill this in") < html.index("<textarea")


def test_the_error_of_radios_stands_under_the_legend():
    html = render("{% field f %}", f=FixtureForm({})["who"])
    assert html.index("</legend>") < html.index("Choose one answer") < html.index('type="radio"')


def test_a_hint_is_escaped():
    html = render("{% field f %}", f=FixtureForm()["story"])
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_a_question_is_the_heading_of_the_page():
    assert '<h1 class="question-heading"><label' in render("{% question f %}", f=FixtureForm()["story"])
    assert "<legend><h1>" in render("{% question f %}", f=FixtureForm()["who"])
    assert "<h1" not in render("{% field f %}", f=FixtureForm()["who"])


def test_an_option_can_have_a_sentence_and_be_always_ticked():
    assert "The case team knows who you are." in render("{% field f %}", f=FixtureForm()["known"])
    html = render("{% field f %}", f=FixtureForm()["where"])
    assert html.count("checked disabled") == 1


def test_the_summary_repeats_every_error_and_leads_to_its_field():
    form = FixtureForm({"story": "once"})
    lines = look_tags.summary_lines(form)
    assert [(line.text, line.target) for line in lines] == [
        ("Choose one answer", "id_who_0"),
        ("Choose at least one answer", "id_where_0"),
        ("Choose a file first", "id_proof"),
        ("Tick the box to go on", "id_agree"),
    ]


def test_the_summary_covers_formsets_and_sentences_without_a_field():
    formset = forms.formset_factory(FixtureForm)({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-story": "x"})
    lines = look_tags.summary_lines(formset, ["The upload stopped."])
    assert lines[0] == look_tags.SummaryLine("The upload stopped.", "")
    assert lines[1].target == "id_form-0-who_0"


def test_a_title_says_that_there_is_an_error():
    assert look_tags.error_prefix(FixtureForm({})) == "Error: "
    assert look_tags.error_prefix(FixtureForm()) == look_tags.error_prefix("") == ""
    with translation.override("zh-hans"):
        assert look_tags.error_prefix(None, failed=True) == "有误："


@pytest.mark.parametrize(("language", "expected"), [("en", "Lin Mei, &lt;b&gt;"), ("zh-hans", "Lin Mei、&lt;b&gt;")])
def test_names_in_a_row_are_parted_as_the_language_does_and_escaped(language, expected):
    with translation.override(language):
        assert Template("{{ names|listed }}").render(Context({"names": ["Lin Mei", "<b>"]})) == expected
