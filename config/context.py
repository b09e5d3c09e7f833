"""What every template may use: names, language, exit address. Nothing about a person or a case."""

from django.conf import settings
from django.utils.translation import get_language

from people.selectors import organisation

OWN_NAMES = {"en": "English", "zh-hans": "简体中文"}
HTML_LANG = {"en": "en", "zh-hans": "zh-Hans"}


def site(request) -> dict:
    """Return `site`: service and organisation names, languages, emergency number, whether this is the demonstration."""
    lang = get_language() or "en"
    other = "en" if lang == "zh-hans" else "zh-hans"
    org = organisation()
    return {
        "site": {
            "service_name": org.service_name(lang),
            "org_name": org.name_in(lang),
            "emergency_number": org.emergency_number,
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
    }
