"""`/xapi/statements`: where other learning systems send statements (Experience API 1.0.3, Part Three, 1.4, 2.1).

This is no learning record store: it takes statements and gives none back. Answers name a property, never what stood in it; nothing of
what was sent is logged.
"""

import base64
import binascii
from datetime import datetime
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from training.models import LearningSystem
from training.services import learning_systems, statements
from training.statements import BadStatement, Statement, parse, read
from vault import throttle

VERSION = "1.0.3"
PURPOSE = "xapi"
MOST_STATEMENTS = 100
REQUESTS_A_MINUTE = 120


class _Refusal(Exception):
    def __init__(self, status: int, words: str, **headers: str):
        self.status, self.words, self.headers = status, words, headers
        super().__init__(words)


def _answered(view):
    """Every answer carries the version of the standard (1.4.1) and until when statements are known (2.1.3)."""

    @wraps(view)
    def page(request):
        now = timezone.now()
        try:
            response = view(request, now)
        except _Refusal as refusal:
            response = JsonResponse({"error": refusal.words}, status=refusal.status, headers=refusal.headers)
        response.headers["X-Experience-API-Version"] = VERSION
        response.headers["X-Experience-API-Consistent-Through"] = now.isoformat()
        return response

    return page


@login_not_required
@csrf_exempt
@require_http_methods(["POST", "PUT"])
@_answered
def resource(request: HttpRequest, now: datetime) -> HttpResponse:
    """Take statements: POST one or several (200 and their ids), PUT one with `statementId` (204)."""
    system = _system(request, now)
    _look_at_headers(request)
    try:
        taken = _put(request) if request.method == "PUT" else _post(request)
        statements.receive(system=system, statements=taken, now=now)
    except BadStatement as bad:
        raise _Refusal(400, str(bad)) from None
    except statements.Conflict:
        raise _Refusal(409, "id: another statement arrived under it before") from None
    return HttpResponse(status=204) if request.method == "PUT" else JsonResponse([str(each.id) for each in taken], safe=False)


def _put(request) -> list[Statement]:
    number = request.GET.get("statementId", "")
    if not number:
        raise BadStatement("statementId: is missing")
    return [read(parse(_body(request)), statement_id=number)]


def _post(request) -> list[Statement]:
    if "method" in request.GET:
        raise BadStatement("method: the alternate request syntax is not taken")
    data = parse(_body(request))
    given = data if isinstance(data, list) else [data]
    if len(given) > MOST_STATEMENTS:
        raise _Refusal(413, f"at most {MOST_STATEMENTS} statements are taken at once")
    taken = [read(each) for each in given]
    if len({each.id for each in taken}) < len(taken):
        raise BadStatement("id: two statements have the same one")
    return taken


def _body(request) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise _Refusal(413, "the request is too large") from None


def _look_at_headers(request) -> None:
    version = request.headers.get("X-Experience-API-Version", "")
    if version != "1.0" and not version.startswith("1.0."):
        raise _Refusal(400, "X-Experience-API-Version: 1.0.3 is expected")
    if request.content_type != "application/json":
        raise _Refusal(400, "Content-Type: application/json is expected")


# --- who sends it ---------------------------------------------------------------------------------


def _system(request, now: datetime) -> LearningSystem:
    """The system whose token came with the request. Wrong ones are counted by network, right ones by system."""
    system = learning_systems.proven(*_credentials(request.headers.get("Authorization", "")))
    if system is None:
        verdict = throttle.take_try(address=request.META.get("REMOTE_ADDR", ""), purpose=PURPOSE, now=now)
        if not verdict.allowed:
            raise _Refusal(429, "too many wrong tokens", **{"Retry-After": str(verdict.wait_minutes * 60)})
        raise _Refusal(401, "a token is needed", **{"WWW-Authenticate": 'Basic realm="xAPI", charset="UTF-8"'})
    key = f"xapi-requests:{system.pk}:{int(now.timestamp()) // 60}"
    cache.add(key, 0, 120)
    if cache.incr(key) > REQUESTS_A_MINUTE:
        raise _Refusal(429, "too many requests", **{"Retry-After": str(60 - int(now.timestamp()) % 60)})
    return system


def _credentials(header: str) -> tuple[str, str]:
    """Key and secret, sent as user and password of basic authentication (1.2)."""
    scheme, _space, value = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        key, _colon, secret = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return key, secret
