"""The fixed words of courses: kinds of parts, how an option fits, answers to a judgement."""

from django.utils.translation import gettext_lazy as _

TEXT, SCENARIO, JUDGEMENT, MEDIA, QUESTION_BOX = "text", "scenario", "judgement", "media", "question_box"
KINDS = {
    TEXT: _("Text"),
    SCENARIO: _("Scenario with options"),
    JUDGEMENT: _("Grey area: is this OK?"),
    MEDIA: _("Video or audio"),
    QUESTION_BOX: _("Question to an expert"),
}
# Parts with a question, whose feedback is a page of its own.
ASKING = frozenset({SCENARIO, JUDGEMENT})

# How an option fits. Never shown as a score: it chooses words only ("another good option").
FITS = {
    "best": _("The best of these"),
    "also_good": _("Good as well"),
    "weak": _("Does too little"),
    "harmful": _("Does harm"),
}
GOOD_FITS = frozenset({"best", "also_good"})

OK, NOT_OK, DEPENDS = "ok", "not_ok", "depends"
VERDICTS = {OK: _("This is OK"), NOT_OK: _("This is not OK"), DEPENDS: _("It depends")}

VIDEO, AUDIO = "video", "audio"
MEDIA_KINDS = {VIDEO: _("Video"), AUDIO: _("Audio")}

# Sections of the policy that a part may point to.
POLICY_KEYS = (
    "position", "definition", "examples", "duties", "channels", "procedure", "limits", "body", "interim", "sanctions",
    "confidentiality", "no_retaliation", "mistaken", "outside", "support", "review",
)  # fmt: skip

FEWEST_OPTIONS, MOST_OPTIONS = 3, 4
FEWEST_DEPENDS, MOST_DEPENDS = 2, 4
MOST_PARTS = 60
