"""What every template may use: names, language, exit address. Nothing about a person or a case."""

from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from oversight.health import scheduler_silent
from people.selectors import organisation
from vault.uploadhandler import most_mb

OWN_NAMES = {"en": "English", "zh-hans": "简体中文"}
HTML_LANG = {"en": "en", "zh-hans": "zh-Hans"}


def site(request) -> dict:
    """Return `site`: service and organisation names, languages, emergency number, whether this is the demonstration."""
    lang = get_language() or "en"
    org = organisation()
    names = {"service_name": org.service_name(lang), "org_name": org.name_in(lang), "emergency_number": org.emergency_number}
    names["max_upload_mb"] = most_mb()
    # Asked only by staff pages, when they are rendered.
    silent = SimpleLazyObject(lambda: scheduler_silent(timezone.now()))
    return {"site": without_database(request, lang) | names | {"scheduler_silent": silent}}


def without_database(request, lang: str) -> dict:
    """Return the parts of `site` that need no database, with the names of the settings: enough for the error page."""
    other = "en" if lang == "zh-hans" else "zh-hans"
    return {
        "service_name": settings.SERVICE_NAME[lang],
        "org_name": "",
        "emergency_number": "110",
        "demo": settings.DEMO,
        "lang": lang,
        "html_lang": HTML_LANG[lang],
        "other_lang": other,
        "other_html_lang": HTML_LANG[other],
        "other_lang_name": OWN_NAMES[other],
        "path": request.get_full_path(),
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
        "max_upload_mb": settings.MAX_UPLOAD_MB,
    }
