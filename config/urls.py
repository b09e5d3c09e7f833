"""Every address of the portal.

Paths carry no meaning: /r/ report, /f/ follow up, /s/ somebody who is heard, /p/ policy, /t/ training, /w/ and /c/ handling, /d/ deciding,
/o/ oversight, /m/ managing, /xapi/ statements of other learning systems.
"""

import importlib.util

from django.urls import include, path

from config import pages, plain_errors

# Before any form is imported: a field takes its words when its class is made.
plain_errors.install()


def _optional(prefix: str, module: str):
    return [path(prefix, include(module))] if importlib.util.find_spec(module) else []


urlpatterns = [
    path("", pages.home, name="home"),
    path("private/", pages.private, name="private"),
    path("cookies/", pages.cookies, name="cookies"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("lang/", pages.set_language, name="set_language"),
    path("stay/", pages.stay, name="stay"),
    *_optional("", "people.urls"),
    *_optional("", "policy.urls"),
    *_optional("m/", "managing.urls"),
    *_optional("m/policies/", "policy.urls_authoring"),
    *_optional("m/calendars/", "policy.urls_calendars"),
    *_optional("m/posters/", "policy.urls_posters"),
    *_optional("m/wording/", "complaints.urls_wording"),
    *_optional("p/sign/", "policy.urls_sign"),
    *_optional("m/campaigns/", "policy.urls_campaigns"),
    *_optional("t/", "training.urls"),
    *_optional("m/training/", "training.urls_records"),
    *_optional("m/training/", "training.urls_teaching"),
    *_optional("xapi/", "training.urls_xapi"),
    *_optional("", "complaints.urls"),
    *_optional("", "investigations.urls"),
    *_optional("", "oversight.urls"),
]
handler400 = "config.pages.bad_request"
handler403 = "config.pages.closed"
handler404 = "config.pages.closed"
handler500 = "config.pages.server_error"
