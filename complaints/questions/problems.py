"""What stands in the way of sending: the one compulsory answer, and texts that are too long."""

from complaints.questions.flow import asked
from complaints.questions.kinds import CHOICE, CHOICES, FILES, GROUP, Answers, Field, Page, is_blank


def problems(answers: Answers) -> list[Page]:
    """The pages that must be looked at again before the report can be sent."""
    return [page for page in asked(answers) if any(_is_wrong(field, answers.get(page.id, {}).get(field.name, "")) for field in page.fields)]


def _is_wrong(field: Field, value) -> bool:
    if field.kind == GROUP:
        return any(_is_wrong(part, block.get(part.name, "")) for block in value or [] for part in field.parts)
    if field.kind in (CHOICE, CHOICES, FILES):
        return False
    return (field.compulsory and is_blank(value)) or len(value) > field.longest
