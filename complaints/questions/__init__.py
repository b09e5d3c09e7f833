"""The guided questions as pure descriptions: ids, wording, conditions, kinds and options. No database, no clock, no request.

`PAGES`/`asked` give the questions; `shown_answers` gives answers in words; `meaning` says what they mean for routing;
`using` shows them in an employer's own wording.
Staff who record a call, a letter or a talk use the same descriptions.
"""

from complaints.questions.flow import BY_ID, FIRST, PAGES, WISHES, asked, next_page, page_before, version
from complaints.questions.kinds import Answers, Field, Option, Page, answer, is_blank
from complaints.questions.shown import Shown, sealed_answers, shown_answers
from complaints.questions.wording import Wording, using

__all__ = [
    "BY_ID",
    "FIRST",
    "PAGES",
    "WISHES",
    "Answers",
    "Field",
    "Option",
    "Page",
    "Shown",
    "Wording",
    "answer",
    "asked",
    "is_blank",
    "next_page",
    "page_before",
    "sealed_answers",
    "shown_answers",
    "using",
    "version",
]
