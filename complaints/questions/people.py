"""Section “People”: questions 6 to 10."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.questions.kinds import CHOICE, CHOICES, FILES, GROUP, LINE, TEXT, Field, Option, Page, answer

SECTION = pgettext_lazy("report section", "People")
# Respondents from outside: being a client changes nothing in what is owed.
THIRD_PARTIES = frozenset({"client", "contractor"})
HANDLES_COMPLAINTS = "hr"


def respondents(answers) -> list[dict]:
    """The blocks of question 6 in which something was filled in."""
    return [block for block in answer(answers, "6", "people", []) if any(str(value).strip() for value in block.values())]


def has_third_party(answers) -> bool:
    return any(block.get("relation") in THIRD_PARTIES for block in respondents(answers))


def _told_somebody(answers) -> bool:
    return answer(answers, "9", "told") in {"yes", "tried"}


PAGES = (
    Page(
        id="6",
        section=SECTION,
        heading=_("Who did this?"),
        hint=_("Name, nickname, job or what they look like – whatever you know"),
        fields=(
            Field(
                "people",
                GROUP,
                label=_("Who did this?"),
                block_title=_("Person {number}"),
                add_label=_("Add another person"),
                parts=(
                    Field("name", LINE, label=_("Who it was")),
                    Field(
                        "relation",
                        CHOICE,
                        label=_("How do you know them?"),
                        options=(
                            Option("manager", _("My manager")),
                            Option("senior", _("Someone more senior")),
                            Option("peer", _("A colleague at my level")),
                            Option("report", _("Someone I manage")),
                            Option(HANDLES_COMPLAINTS, _("HR, or someone who handles complaints")),
                            Option("client", _("A client, customer, merchant or supplier")),
                            Option("contractor", _("A contractor, agency worker or visitor")),
                            Option("unknown", _("I don’t know who they are")),
                            Option("other", _("Other")),
                            Option("not_say", _("I’d rather not say now")),
                        ),
                    ),
                ),
            ),
        ),
    ),
    Page(
        id="6b",
        section=SECTION,
        heading=_("Where are they from, and who here deals with them?"),
        hint=_("Being a client or merchant does not change what we must do to protect you"),
        fields=(
            Field("company", LINE, label=_("Company or shop")),
            Field("owner", LINE, label=_("Who here manages that relationship")),
            Field("again", LINE, label=_("Do you have to meet them again soon? When?")),
        ),
        when=has_third_party,
    ),
    Page(
        id="7",
        section=SECTION,
        fields=(
            Field(
                "power",
                CHOICES,
                label=_("Can this person affect your work?"),
                hint=_("This helps us protect you and decide who must stay out of this case"),
                options=(
                    Option("pay", _("Pay, bonus or appraisal")),
                    Option("shifts", _("Shifts, tasks or projects")),
                    Option("contract", _("Hiring, probation, contract or promotion")),
                    Option("deal", _("A client or deal I depend on")),
                    Option("close", _("They are close to people who decide")),
                    Option("no", pgettext_lazy("can affect my work", "No")),
                    Option("unsure", _("Not sure")),
                ),
            ),
        ),
    ),
    Page(
        id="8",
        section=SECTION,
        fields=(
            Field(
                "who",
                TEXT,
                label=_("Did anyone else see, hear or know about it?"),
                hint=_("Names are optional – we tell you before we contact anyone, unless someone is in danger"),
                rows=5,
            ),
        ),
    ),
    Page(
        id="9",
        section=SECTION,
        fields=(
            Field(
                "told",
                CHOICE,
                label=_("Have you already told anyone at work?"),
                options=(
                    Option("no", _("No, this is the first time")),
                    Option("yes", pgettext_lazy("told anyone", "Yes")),
                    Option("tried", _("I tried to")),
                    Option("not_say", _("I’d rather not say")),
                ),
            ),
        ),
    ),
    Page(
        id="9b",
        section=SECTION,
        heading=_("Who did you tell, and what did they do?"),
        hint=_("If nothing was done, that is not your fault – it shows us where we failed"),
        fields=(
            Field(
                "people",
                GROUP,
                label=_("Who did you tell, and what did they do?"),
                block_title=_("Time {number}"),
                add_label=_("Add another"),
                parts=(
                    Field("name", LINE, label=_("Who (name or role)")),
                    Field("when", LINE, label=_("Roughly when")),
                    Field(
                        "did",
                        CHOICE,
                        label=_("What did they do?"),
                        options=(
                            Option("acted", _("Acted on it")),
                            Option("nothing", _("Listened, then nothing happened")),
                            Option("hush", _("Told me to let it go or keep quiet")),
                            Option("worse", _("Things got worse for me")),
                            Option("too_soon", _("Too soon to say")),
                            Option("other", _("Other")),
                        ),
                    ),
                    Field("more", TEXT, label=_("Anything you want to add about this"), rows=3),
                ),
            ),
            Field("outside", TEXT, label=_("Have you told anyone outside work, such as the police or a doctor?"), rows=3),
        ),
        when=_told_somebody,
    ),
    Page(
        id="10",
        section=SECTION,
        heading=_("Is there anything you want to show us?"),
        hint=_("Screenshots, messages, photos, recordings or documents – you don’t need any, and you can add them later"),
        fields=(Field("files", FILES, label=_("Is there anything you want to show us?")),),
        details=(
            _("Keeping things safe"),
            _(
                "Keep the originals and the phone they are on. Don’t put yourself at risk to collect anything. File names and photos can "
                "show who you are; we remove hidden location data from the copies people look at."
            ),
        ),
    ),
)
