"""Courses as SCORM packages, for other learning systems."""

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from training.player_selectors import given_course
from training.record_selectors import published_versions
from training.selectors import content_of
from training.services import packaging
from training.views.record_door import admin_page


@admin_page()
def listing(request: HttpRequest) -> HttpResponse:
    rows = [(version, content_of(version)) for version in published_versions()]
    return render(request, "training/records/packages.html", {"rows": rows})


@admin_page("post")
def download(request: HttpRequest, code: str) -> HttpResponse:
    """The package of the version that is given now. Each download is recorded."""
    version = given_course(code)
    if version is None:
        raise Http404
    response = StreamingHttpResponse(
        packaging.package(version=version, by=request.user, now=timezone.now()), content_type="application/zip"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{code}-{version.number}-scorm12.zip"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
