"""Answers as somebody reads them: the question in its language, and the answer in words."""

from dataclasses import dataclass

from django.utils.translation import gettext, override

from complaints.questions.about import RESPONDENT, TOLD
from complaints.questions.flow import asked
from complaints.questions.kinds import CHOICE, CHOICES, FILES, GROUP, Answers, Field, Page, is_blank
from complaints.questions.uploads import file_line


@dataclass(frozen=True, repr=False)
class Shown:
    """One question with its answer in words. `lines` is empty when it was left blank. `page_id` is where it can be changed."""

    page_id: str
    id: str
    section: str
    question: str
    value: object
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def __repr__(self) -> str:
        return f"Shown({self.id})"


def shown_answers(answers: Answers, lang: str) -> list[Shown]:
    """Every question that was asked, with its answer in the words of `lang` ("en" or "zh-hans"); left-blank ones too.

    The first field of a page has the page's id; further ones are `<page>.<field>`.
    """
    with override(lang):
        return [_shown(page, field, answers) for page in asked(answers) for field in page.fields]


def sealed_answers(answers: Answers, lang: str) -> list[dict]:
    """The `answers` of a report's sealed body: questions as they were shown, raw values, display text; blank ones left out."""
    return [
        {"id": each.id, "question": each.question, "value": each.value, "shown": each.text}
        for each in shown_answers(answers, lang)
        if each.lines
    ]


def _shown(page: Page, field: Field, answers: Answers) -> Shown:
    value = answers.get(page.id, {}).get(field.name, "")
    main = field is page.fields[0]
    heading = page.title if main and (field.kind in (GROUP, FILES) or not field.label) else field.label
    return Shown(
        page_id=page.id,
        id=page.id if main else f"{page.id}.{field.name}",
        section=str(page.section),
        question=str(heading),
        value=value,
        lines=() if is_blank(value) else tuple(_lines(field, value, answers)),
    )


def _lines(field: Field, value, answers: Answers) -> list[str]:
    if field.kind == CHOICE:
        return [_label(field, value, answers)]
    if field.kind == CHOICES:
        return [_label(field, each, answers) for each in value]
    if field.kind == GROUP:
        return [line for block in value if not is_blank(block) for line in _block_lines(field, block, answers)]
    if field.kind == FILES:
        return [file_line(each) for each in value]
    return [str(value).strip()]


def _label(field: Field, value: str, answers: Answers) -> str:
    for option in field.all_options(answers):
        if option.value == value:
            return str(option.label)
    # A name that was taken out of an earlier answer afterwards.
    for prefix in (RESPONDENT, TOLD):
        value = value.removeprefix(prefix)
    return value


def _block_lines(field: Field, block: dict, answers: Answers) -> list[str]:
    """A block in one line: “Zhou Qiang (My manager)”; longer words follow on their own lines."""
    first, *rest = field.parts
    head = str(block.get(first.name, "")).strip() or gettext("Without a name")
    words = [_lines(part, block[part.name], answers)[0] for part in rest if not is_blank(block.get(part.name, ""))]
    return [f"{head} – {', '.join(words)}" if words else head]
