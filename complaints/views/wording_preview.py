"""A page of questions as the reporter would see it in a version, drafts too. Nothing on it can be sent."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from complaints.forms.intake import PageForm
from complaints.forms.uploads import UploadForm
from complaints.questions import BY_ID, using
from complaints.questions.kinds import FILES, fill
from complaints.report_selectors import FEWEST_HANDLERS, numbers
from complaints.views.wording import version_page
from complaints.wording_selectors import wording_of
from complaints.wording_words import LANGUAGE_WORDS

# So many readers as the smallest portal has: the sentence needs a number.
READERS = FEWEST_HANDLERS


@version_page
@require_safe
def preview(request, version, page_id: str):
    """`?lang=`: the language it is shown in; the administrator's own when none is asked for."""
    page = BY_ID.get(page_id)
    if page is None:
        raise Http404
    wanted = request.GET.get("lang", "")
    language = wanted if wanted in dict(settings.LANGUAGES) else translation.get_language()
    with translation.override(language), using(wording_of(version)):
        response = render(request, "wording/preview.html", _context(version, page, language))
    response.headers["Content-Language"] = language
    return response


def _context(version, page, language: str) -> dict:
    said = numbers(timezone.now(), language, readers=READERS)
    form = PageForm(page, answers={}, numbers=said)
    return {
        "version": version,
        "page": page,
        "form": form,
        "items": form.items(),
        "upload": UploadForm() if any(field.kind == FILES for field in page.fields) else None,
        "hint": fill(page.hint, said, page.hint_without) if page.heading else "",
        "notes": [fill(note.text, said, note.without) for note in page.notes],
        "caption": page.section,
        "languages": [{"code": code, "name": name, "is_shown": code == language} for code, name in LANGUAGE_WORDS.items()],
    }
