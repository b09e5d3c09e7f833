"""A package played in a learning system: a small one of the test's own, which checks what SCORM 1.2 allows to be set."""

import io
import mimetypes
import re
import zipfile

import pytest

from tests.browser import axe
from tests.factories import cast
from tests.training import course as made
from training.services import packaging

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LMS = "http://lms.test"
# What a learning system may be told (Run-Time Environment, 3.4), as far as a course of ours does.
STUB = """<!DOCTYPE html><html lang="en"><title>LMS</title><body>
<script>
const kept = %s, log = [], errors = [];
let state = "closed";
const allowed = {
  "cmi.core.lesson_status": /^(passed|completed|failed|incomplete|browsed|not attempted)$/,
  "cmi.core.lesson_location": /^.{0,255}$/, "cmi.core.exit": /^(time-out|suspend|logout|)$/,
  "cmi.core.session_time": /^\\d{2,4}:[0-5]\\d:[0-5]\\d(\\.\\d{1,2})?$/, "cmi.suspend_data": /^.{0,4096}$/,
  "cmi.core.score.raw": /^\\d{1,3}$/, "cmi.core.score.min": /^\\d{1,3}$/, "cmi.core.score.max": /^\\d{1,3}$/
};
const open = (name) => { if (state !== "open") errors.push(name + " while " + state); return state === "open"; };
window.API = {
  LMSInitialize: (v) => { if (v !== "" || state !== "closed") errors.push("initialize"); state = "open"; return "true"; },
  LMSGetValue: (name) => open(name) ? (kept[name] || "") : "",
  LMSSetValue: (name, value) => {
    if (!open(name) || typeof value !== "string" || !allowed[name] || !allowed[name].test(value)) {
      errors.push(name + "=" + value);
      return "false";
    }
    kept[name] = value; log.push([name, value]); return "true";
  },
  LMSCommit: (v) => { open("commit"); log.push(["commit", v]); return "true"; },
  LMSFinish: (v) => { open("finish"); state = "finished"; log.push(["finish", v]); return "true"; },
  LMSGetLastError: () => "0", LMSGetErrorString: () => "", LMSGetDiagnostic: () => ""
};
</script>
<iframe src="/course/index.html" title="course" style="width:100%%;height:90vh;border:0"></iframe></body></html>"""


@pytest.fixture
def package(world, top, now):
    admin = cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)
    version = made.published(by=admin.user, now=now)
    return zipfile.ZipFile(io.BytesIO(b"".join(packaging.package(version=version, by=admin.user, now=now))))


@pytest.fixture
def launch(browser, package):
    """Return a function: the course started in the learning system; `kept`: what the system knows of an earlier visit."""
    contexts = []

    def start(kept="{}", width=390, language="en-GB", js=None):
        context = browser.new_context(viewport={"width": width, "height": 844}, locale=language)
        contexts.append(context)
        page = context.new_page()
        page.foreign = []

        def serve(route):
            path = route.request.url.removeprefix(LMS)
            if not route.request.url.startswith(LMS):
                page.foreign.append(route.request.url)
                return route.abort()
            if path == "/":
                return route.fulfill(body=js or STUB % kept, content_type="text/html; charset=utf-8")
            if path.endswith("favicon.ico"):
                return route.fulfill(status=204)
            kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
            return route.fulfill(body=package.read(path.removeprefix("/course/")), content_type=f"{kind}; charset=utf-8")

        context.route("**/*", serve)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(f"{LMS}/")
        return page, page.frame_locator("iframe")

    yield start
    for context in contexts:
        context.close()


def click(course, act: str) -> None:
    course.locator(f"[data-act={act}]").click()


def play(course, choice: str = "a") -> None:
    """From the first page to the end of the course of the tests."""
    click(course, "begin")
    click(course, "continue")
    click(course, "show_scene")
    course.locator(f"input[value={choice}]").check()
    click(course, "continue")
    click(course, "continue")
    course.locator("input[value=depends]").check()
    click(course, "continue")
    course.locator("input[value=wanted]").check()
    click(course, "continue")
    click(course, "continue")
    click(course, "continue")


@pytest.mark.parametrize(("width", "language", "done"), [(390, "zh-CN", "已完成"), (1280, "en-GB", "Completed")])
def test_it_is_played_and_reports_that_it_is_done(launch, width, language, done):
    page, course = launch(width=width, language=language)
    assert page.evaluate("kept['cmi.core.lesson_status']") == "incomplete"
    page.wait_for_timeout(1_200)
    play(course)
    assert done in course.locator("h1").inner_text()
    kept = page.evaluate("kept")
    assert (kept["cmi.core.lesson_status"], kept["cmi.core.score.raw"], kept["cmi.core.score.max"]) == ("completed", "100", "100")
    assert re.fullmatch(r"\d\d:\d\d:\d\d", kept["cmi.core.session_time"])
    assert page.evaluate("log[log.length - 1][0]") == "commit"
    page.evaluate("document.querySelector('iframe').remove()")
    assert page.evaluate("[state, errors]") == ["finished", []]
    assert (page.problems, page.foreign) == ([], [])


def test_it_is_not_done_before_the_last_part_was_read(launch):
    page, course = launch()
    click(course, "begin")
    click(course, "continue")
    click(course, "skip")
    assert "Whoever sees it can interrupt" in course.locator("main").inner_text()
    click(course, "continue")
    assert page.evaluate("kept['cmi.core.lesson_status']") == "incomplete"
    assert page.evaluate("kept['cmi.core.lesson_location']") == "after-work-drinks"
    assert "cmi.core.score.raw" not in page.evaluate("kept")


def test_one_goes_on_where_one_was(launch):
    page, course = launch()
    click(course, "begin")
    click(course, "continue")
    kept = page.evaluate("JSON.stringify(kept)")
    page, course = launch(kept=kept)
    click(course, "go_on")
    assert "A dinner with a client" in course.locator("h1").inner_text()
    other = kept.replace('\\"v\\":\\"1-', '\\"v\\":\\"0-')
    assert other != kept
    _page, course = launch(kept=other)
    assert course.locator("[data-act=begin]").count() == 1


def test_what_was_done_stays_done(launch):
    page, course = launch()
    play(course)
    kept = page.evaluate("JSON.stringify(kept)")
    page, course = launch(kept=kept)
    assert page.evaluate("kept['cmi.core.lesson_status']") == "completed"
    click(course, "begin")
    page.evaluate("document.querySelector('iframe').remove()")
    assert page.evaluate("kept['cmi.core.lesson_status']") == "completed"


def test_nothing_chosen_is_said_kindly_and_nothing_chosen_is_told(launch):
    page, course = launch()
    click(course, "begin")
    click(course, "continue")
    click(course, "show_scene")
    click(course, "continue")
    assert "there is no penalty" in course.locator("[role=alert]").inner_text()
    course.locator("input[value=c]").check()
    click(course, "continue")
    main = course.locator("main").inner_text()
    assert "Nobody has said a word" in main
    assert "Call her over to you" in main
    click(course, "continue")
    assert not re.search(r"interactions|\"c\"|weak", page.evaluate("JSON.stringify([kept, log])"))


def test_the_language_changes_in_the_middle(launch):
    _page, course = launch()
    click(course, "begin")
    course.locator("#language").click()
    assert "（中文）" in course.locator("h1").inner_text()
    assert course.locator("html").get_attribute("lang") == "zh-Hans"


def test_without_a_learning_system_it_can_be_read(launch):
    page, course = launch(js="<!DOCTYPE html><title>x</title><iframe src='/course/index.html' title='course'></iframe>")
    assert "nothing is kept" in course.locator("main").inner_text()
    play(course)
    assert page.problems == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_its_screens(launch, scheme):
    page, _course = launch()
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{LMS}/course/index.html")
    found = axe.violations(page)
    for act in ("begin", "continue", "show_scene", "continue"):
        page.locator(f"[data-act={act}]").click()
        found += axe.violations(page)
    page.locator("input[value=a]").check()
    page.locator("[data-act=continue]").click()
    assert found + axe.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
