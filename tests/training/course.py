"""A small complete course for tests: every kind of part, in both languages."""

from datetime import datetime

from people.models import User
from policy.records import Text
from training.models import CourseVersion
from training.parts import Chapter, CourseContent, Dependence, Option, Part, Verdicts
from training.services import courses


def both(en: str, zh: str = "") -> Text:
    return Text(en, zh or f"{en}（中文）")


WELCOME = Part("welcome", "text", "basics", 2, both("Welcome"), body=both("This is about **respect** at work."))
DINNER = Part(
    "client-dinner",
    "scenario",
    "scenes",
    3,
    both("A dinner with a client"),
    policy="examples",
    distressing=True,
    note=both("This scene is about unwanted touching."),
    equal=both("A client touches a colleague. Whoever sees it can interrupt, and tell somebody."),
    story=both("Li Na sits beside a client who puts a hand on her back."),
    question=both("What would you do?"),
    options=(
        Option("a", "best", both("Call her over to you"), both("She comes over at once. The evening goes on without him.")),
        Option("b", "also_good", both("Ask her quietly afterwards"), both("She is glad that somebody saw it.")),
        Option("c", "weak", both("Look at your phone"), both("The client goes on. Nobody has said a word.")),
    ),
)
DRINKS = Part(
    "after-work-drinks",
    "judgement",
    "scenes",
    2,
    both("Drinks after work"),
    story=both("A team leader invites one person for a drink, for the third time."),
    best="depends",
    depends_on=(
        Dependence("wanted", both("Whether the invitation is welcome")),
        Dependence("drink", both("Which drink it is"), matters=False),
    ),
    feedback=Verdicts(both("Not always."), both("Not always, either."), both("Yes: whether it is welcome decides.")),
)
BOX = Part("ask-an-expert", "question_box", "scenes", 1, both("Ask somebody"), body=both("A named colleague answers."))

CONTENT = CourseContent(
    title=both("Respect at work"),
    summary=both("What everybody at work should know."),
    minutes=8,
    chapters=(Chapter("basics", both("Basics")), Chapter("scenes", both("Scenes"))),
    parts=(WELCOME, DINNER, DRINKS, BOX),
)


def published(
    code: str = "everyone", audience: str = "everyone", *, by: User, now: datetime, content: CourseContent = CONTENT
) -> CourseVersion:
    """A course that is published, by a training administrator."""
    draft = courses.create_course(code=code, audience=audience, content=content, by=by, now=now)
    return courses.publish(version=draft, row_version=draft.row_version, past_count=None, by=by, now=now)
