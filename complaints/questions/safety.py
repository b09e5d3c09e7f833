"""Section “Staying safe”: questions 11 to 13."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.questions.kinds import CHOICE, CHOICES, LINE, TEXT, Field, Note, Option, Page, answer

SECTION = pgettext_lazy("report section", "Staying safe")
UNSAFE = "no"
NOTHING_FOR_NOW = "nothing"
OTHER = "other"
WORRIED = frozenset({"mostly", UNSAFE})


def is_unsafe(answers) -> bool:
    return answer(answers, "11", "safe") == UNSAFE


WISHES = (
    Option("no_contact", _("Not having to be in contact with this person")),
    Option("other_manager", _("Someone else as my manager for now")),
    Option("move_them", _("Moving them to another place, shift or project")),
    Option("move_me", _("Moving me, if I ask")),
    Option("no_client", _("Not having to meet this client or merchant")),
    Option("home_or_leave", _("Working from home or paid leave")),
    Option("protect_terms", _("My appraisal, pay and contract protected for now")),
    Option("keep_records", _("Keeping messages, CCTV or records from being deleted")),
    Option("counselling", _("Someone to talk to (counselling)")),
    Option("companion", _("Someone with me at meetings")),
    Option(NOTHING_FOR_NOW, _("Nothing for now")),
    Option(OTHER, _("Other")),
)

PAGES = (
    Page(
        id="11",
        section=SECTION,
        fields=(
            Field(
                "safe",
                CHOICE,
                label=_("Do you feel safe at work right now?"),
                options=(
                    Option("yes", pgettext_lazy("feel safe", "Yes")),
                    Option("mostly", _("Mostly, but I’m worried")),
                    Option(UNSAFE, pgettext_lazy("feel safe", "No")),
                    Option("away", _("I’m not at work at the moment")),
                    Option("not_say", _("I’d rather not say")),
                ),
            ),
        ),
    ),
    Page(
        id="11b",
        section=SECTION,
        fields=(Field("worry", TEXT, label=_("What worries you most?"), rows=6),),
        notes=(
            Note(
                _("If you are in danger now, call {emergency}. We read reports marked “not safe” first, within {unsafe_span}."),
                _("If you are in danger now, call {emergency}. We read reports marked “not safe” first."),
            ),
        ),
        when=lambda answers: answer(answers, "11", "safe") in WORRIED,
    ),
    Page(
        id="12",
        section=SECTION,
        fields=(
            Field("wishes", CHOICES, label=_("What would help protect you while we look into it?"), options=WISHES),
            Field("more", LINE, label=_("Anything you want to add")),
        ),
        hint=_("Choose any – we can’t promise each one, but you get an answer within {protection_span}"),
        hint_without=_("Choose any – we can’t promise each one, but you get an answer"),
    ),
    Page(
        id="13",
        section=SECTION,
        fields=(
            Field(
                "hopes",
                CHOICES,
                label=_("What would you like to happen?"),
                hint=_(
                    "There’s no wrong answer, and you can change your mind – we can’t promise a result, but we will tell you what we "
                    "decide and why"
                ),
                options=(
                    Option("stop", _("I want it to stop")),
                    Option("speak", _("Someone to speak to them")),
                    Option("investigate", _("A formal investigation")),
                    Option("apology", _("An apology")),
                    Option("apart", _("Not to work with them")),
                    Option("consequences", _("Consequences for them")),
                    Option("police", _("Help going to the police")),
                    Option("record", _("Just put it on record for now")),
                    Option("advice", _("Advice")),
                    Option("unsure", _("I don’t know yet")),
                    Option(OTHER, _("Other")),
                ),
            ),
            Field("more", LINE, label=_("Anything you want to add")),
        ),
    ),
)
