"""Section “About you”: questions 14 to 16."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.questions.kinds import CHOICE, CHOICES, LINE, TEXT, Field, Option, Page, answer
from complaints.questions.people import respondents

SECTION = pgettext_lazy("report section", "About you")
NAMED, CONFIDENTIAL, ANONYMOUS = "named", "confidential", "anonymous"
# Values of question 15 that hold a name given earlier, and groups.
RESPONDENT, TOLD, GROUP_OF = "respondent:", "told:", "group:"


def _with_name(answers) -> bool:
    return answer(answers, "14", "identity") in {NAMED, CONFIDENTIAL}


def respondent_names(answers) -> list[str]:
    return _once(block.get("name", "") for block in respondents(answers))


def told_names(answers) -> list[str]:
    """Whom the reporter told earlier; respondents among them are listed as respondents already."""
    if answer(answers, "9", "told") not in {"yes", "tried"}:
        return []
    known = {name.casefold() for name in respondent_names(answers)}
    told = _once(block.get("name", "") for block in answer(answers, "9b", "people", []))
    return [name for name in told if name.casefold() not in known]


def _once(names) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def _listed(answers) -> tuple[Option, ...]:
    named = [Option(RESPONDENT + name, name) for name in respondent_names(answers)]
    return (*named, *(Option(TOLD + name, name) for name in told_names(answers)))


def _always_blocked(answers) -> tuple[str, ...]:
    return tuple(RESPONDENT + name for name in respondent_names(answers))


PAGES = (
    Page(
        id="14",
        section=SECTION,
        fields=(
            Field(
                "identity",
                CHOICE,
                label=_("How do you want us to know you?"),
                options=(
                    Option(
                        NAMED,
                        _("With my name"),
                        _(
                            "The case team knows who you are. The person you name may learn it too if we cannot look into it otherwise; we "
                            "tell you before that happens."
                        ),
                    ),
                    Option(
                        CONFIDENTIAL,
                        _("With my name, kept confidential"),
                        _("Only {readers} named people know. We ask you before anyone else is told. Some steps may not be possible."),
                        _("Only a few named people know. We ask you before anyone else is told. Some steps may not be possible."),
                    ),
                    Option(
                        ANONYMOUS,
                        _("Without my name"),
                        _(
                            "We do not know who you are. We can still write to each other with your code. It can be harder to check what "
                            "happened. You can tell us your name later."
                        ),
                    ),
                ),
            ),
        ),
    ),
    Page(
        id="14b",
        section=SECTION,
        heading=_("Your name, and how to reach you"),
        fields=(
            Field("name", LINE, label=_("Your name")),
            Field(
                "contact",
                CHOICES,
                label=_("How is it safe to contact you?"),
                options=(
                    Option("site", _("Only through this site")),
                    Option("phone", _("Personal phone")),
                    Option("email", _("Personal email")),
                    Option("person", _("In person")),
                ),
            ),
            Field("details", LINE, label=_("Phone number or email, if you chose one")),
            Field("time", LINE, label=_("When is a safe time?")),
            Field(
                "voice",
                CHOICE,
                label=_("Is it OK to leave a voice message or text?"),
                options=(
                    Option("yes", pgettext_lazy("voice message is fine", "Yes")),
                    Option("no", pgettext_lazy("voice message is fine", "No")),
                ),
            ),
        ),
        when=_with_name,
    ),
    Page(
        id="15",
        section=SECTION,
        fields=(
            Field(
                "blocked",
                CHOICES,
                label=_("Is there anyone who should not see this?"),
                hint=_(
                    "For example someone involved, their friend or relative, or someone you don’t trust with it – they will be blocked and "
                    "not told"
                ),
                options=(
                    Option(GROUP_OF + "hr_contact", _("My HR contact")),
                    Option(GROUP_OF + "managers_manager", _("My manager’s manager")),
                    Option(GROUP_OF + "local_management", _("Local management")),
                ),
                extra_options=_listed,
                fixed=_always_blocked,
            ),
            Field("others", TEXT, label=_("Other names"), rows=3),
        ),
    ),
    Page(
        id="16",
        section=SECTION,
        fields=(
            Field(
                "needs",
                CHOICES,
                label=_("Would anything make it easier to talk to us?"),
                options=(
                    Option("woman", _("Speak to a woman")),
                    Option("man", _("Speak to a man")),
                    Option("writing", _("In writing only")),
                    Option("companion", _("Bring someone with me")),
                    Option("english", _("In English")),
                    Option("chinese", _("In Chinese")),
                    Option("language", _("Another language or sign language")),
                    Option("time", _("More time or breaks")),
                    Option("adjustments", _("Adjustments for a disability or health condition")),
                    Option("other", _("Other")),
                ),
            ),
            Field("more", LINE, label=_("Anything you want to add")),
        ),
    ),
)
