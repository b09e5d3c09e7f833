"""Guides for talks to start from: open, probe, close; one for each side, in the language in force. Pure words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

OPEN, PROBE, CLOSE = "open", "probe", "close"
STAGES = {OPEN: pgettext_lazy("first part of a talk", "Open"), PROBE: _("Go into it"), CLOSE: _("Close")}
REPORTER, RESPONDENT, WITNESS = "reporter", "respondent", "witness"

_BEFORE = (
    _("Say who you are, what this talk is for, who will read the record, and that they may stop or take a break at any time."),
    _("Ask who is with them, and whether language, place and time are all right."),
)
_AFTER = (
    _("What have I not asked that matters to you?"),
    _("Who or what else could help us to understand it?"),
    _("Say what happens next and by when, that nobody may be punished for what was said here, and that they will check the record."),
)
_GUIDES: dict[str, dict[str, tuple]] = {
    REPORTER: {
        OPEN: (*_BEFORE, _("Please tell me in your own words what happened. Start wherever you like.")),
        PROBE: (
            _("You spoke of ____. Please tell me more about that."),
            _("What happened just before, and just after?"),
            _("Who was there, and where did each of you stand or sit?"),
            _("What was said, as closely as you remember it?"),
            _("How was it for you then, and how is it now?"),
            _("Whom have you told, and what did they do?"),
        ),
        CLOSE: (_("What do you need now, so that you are safe at work?"), *_AFTER),
    },
    RESPONDENT: {
        OPEN: (
            _("Say that nothing has been decided, that they need not answer, and that silence alone counts for nothing."),
            *_BEFORE,
            _("You have read what is put to you. Please tell me what happened, as you remember it."),
        ),
        PROBE: (
            _("You spoke of ____. Please tell me more about that."),
            _("What happened just before, and just after?"),
            _("Who was there, and what could they have seen or heard?"),
            _("On point ____: what do you say to it?"),
            _("What messages, records or people can show how it was?"),
        ),
        CLOSE: (
            *_AFTER,
            _("Remind them: no contact with anybody about this, no asking who reported, nothing deleted. Support is open to them too."),
        ),
    },
    WITNESS: {
        OPEN: (*_BEFORE, _("Please tell me what you saw or heard on ____. It is fine not to remember everything.")),
        PROBE: (
            _("What did you see or hear yourself, and what did others tell you?"),
            _("Where were you, and what could you see from there?"),
            _("What happened just before, and just after?"),
            _("What have the people in it said to you since?"),
        ),
        CLOSE: (*_AFTER, _("Ask them to keep this talk to themselves, apart from a lawyer, the police, a doctor or their union.")),
    },
}


def guide_for(side: str) -> list[dict]:
    """The lines of a guide: [{"stage", "text"}], in the language in force. Raises KeyError for an unknown side."""
    return [{"stage": stage, "text": str(line)} for stage, lines in _GUIDES[side].items() for line in lines]
