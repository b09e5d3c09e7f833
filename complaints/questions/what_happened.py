"""Section “What happened”: questions 1 to 5."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.questions.kinds import CHOICE, CHOICES, DATE, LINE, TEXT, Field, Note, Option, Page, answer

SECTION = pgettext_lazy("report section", "What happened")
# Somebody else than the reporter.
FOR_OTHERS = frozenset({"saw", "told"})
NOT_YET = "not_yet"


def _for_somebody_else(answers) -> bool:
    return answer(answers, "3", "who") in FOR_OTHERS


def _still_to_come(answers) -> bool:
    return answer(answers, "4", "still") == NOT_YET


YES_NO_UNSURE = (
    Option("yes", _("Yes")),
    Option("no", _("No")),
    Option("unsure", _("Not sure")),
)

PAGES = (
    Page(
        id="1",
        section=SECTION,
        fields=(
            Field(
                "story",
                TEXT,
                label=_("In your own words, what happened?"),
                hint=_("Start wherever you like – it doesn’t have to be in order, and it’s fine not to remember everything"),
                compulsory=True,
                blank_error=_("Write something about what happened – one sentence is enough"),
            ),
        ),
        details=(
            _("If it is hard to start"),
            _("You could begin with where you were and what you were doing. One sentence is enough – you can add more later."),
        ),
        why=_("Your own words are the most important part. Whoever handles this must read them before anything else."),
        may_send=True,
    ),
    Page(
        id="2",
        section=SECTION,
        fields=(
            Field(
                "more",
                TEXT,
                label=_("Is there anything else you remember?"),
                hint=_("Small things can help – what was said, what you saw or heard, what happened just before or after"),
            ),
        ),
        why=_("Details often come back bit by bit. We ask openly, so that nothing we say shapes what you remember."),
    ),
    Page(
        id="3",
        section=SECTION,
        fields=(
            Field(
                "who",
                CHOICE,
                label=_("Who did this happen to?"),
                options=(
                    Option("me", _("Me")),
                    Option("saw", _("Someone else – I saw or heard it")),
                    Option("told", _("Someone else – they told me")),
                    Option("several", _("Several people")),
                    Option("not_say", _("I’d rather not say")),
                ),
            ),
        ),
    ),
    Page(
        id="3b",
        section=SECTION,
        fields=(
            Field(
                "know",
                CHOICE,
                label=_("Do they know you are telling us?"),
                options=(
                    Option("yes", pgettext_lazy("they know", "Yes")),
                    Option("no", pgettext_lazy("they know", "No")),
                    Option("unsure", pgettext_lazy("they know", "Not sure")),
                ),
            ),
        ),
        notes=(Note(_("We will not approach them without talking to you first, unless someone is in danger.")),),
        when=_for_somebody_else,
    ),
    Page(
        id="3c",
        section=SECTION,
        heading=_("What do you know about it yourself?"),
        hint=_("What you saw is as useful as what somebody told you – just say which it is"),
        fields=(
            Field("knows", TEXT, label=_("What did you see or hear, or what were you told?"), rows=5),
            Field("done", TEXT, label=_("What have you done so far to stop it?"), hint=_("Nothing yet is an answer too"), rows=4),
            Field(
                "manager",
                CHOICE,
                label=_("Do you manage anyone who is involved?"),
                options=(Option("yes", _("Yes")), Option("no", _("No")), Option("not_say", _("I’d rather not say"))),
            ),
        ),
        notes=(
            Note(
                _("If you manage people, the policy asks you to pass on what you learn within {manager_span}. Telling us here counts."),
                _("If you manage people, the policy asks you to pass on what you learn without delay. Telling us here counts."),
            ),
        ),
        when=_for_somebody_else,
    ),
    Page(
        id="4",
        section=SECTION,
        fields=(
            Field(
                "when",
                LINE,
                label=_("When did it happen?"),
                hint=_("A rough time is fine, for example “last spring” or “most Mondays”"),
            ),
            Field(
                "still",
                CHOICE,
                label=_("Is it still going on?"),
                options=(
                    Option("yes", pgettext_lazy("still going on", "Yes")),
                    Option("no", pgettext_lazy("still going on", "No")),
                    Option(NOT_YET, _("It hasn’t happened yet – I’m worried about something coming up")),
                    Option("unsure", _("Not sure")),
                ),
            ),
        ),
    ),
    Page(
        id="4b",
        section=SECTION,
        fields=(
            Field(
                "what",
                TEXT,
                label=_("What is coming up, and when?"),
                hint=_("For example a trip, a dinner, a client visit you were told to attend"),
                rows=5,
            ),
            Field("date", DATE, label=_("What date is it?"), hint=_("With a date we read this first, and answer before that day")),
            Field(
                "must",
                CHOICE,
                label=_("Were you told that you must go?"),
                options=(
                    Option("yes", _("Yes, I was told I must go")),
                    Option("no", _("No, but it is hard to refuse")),
                    Option("unsure", _("Not sure")),
                ),
            ),
            Field("by", LINE, label=_("Who told you?"), hint=_("Name or role")),
        ),
        when=_still_to_come,
    ),
    Page(
        id="5",
        section=SECTION,
        fields=(
            Field(
                "places",
                CHOICES,
                label=_("Where did it happen?"),
                hint=_("Choose all that fit"),
                options=(
                    Option("workplace", _("At my workplace")),
                    Option("trip", _("On a business trip or in a hotel")),
                    Option("event", _("At a work dinner, drinks or event")),
                    Option("client", _("At a client’s, customer’s or merchant’s place")),
                    Option("online", _("Online, by phone or chat (WeChat, email, video call)")),
                    Option("travelling", _("Travelling for work or to work")),
                    Option("elsewhere", _("Somewhere else")),
                ),
            ),
            Field("more", TEXT, label=_("Anything more about the place"), rows=3),
        ),
    ),
)
