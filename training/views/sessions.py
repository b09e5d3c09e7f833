"""Live sessions: the list, planning and correcting one, its sheets."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from training import record_selectors as selectors
from training.forms_records import SessionForm, SheetForm, compare_session
from training.models import LiveSession
from training.services import attendance, sessions
from training.services.session_rows import Over
from training.views.record_door import admin_page, session_page
from vault.errors import Damaged

LINES_A_PAGE = 50
SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


@admin_page()
def listing(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(selectors.sessions(), LINES_A_PAGE).get_page(request.GET.get("page"))
    titles = {course.pk: title for course, title in selectors.courses_with_titles()}
    page.object_list = [
        {"session": row, "title": titles.get(row.course_id, row.course.code), "is_held": selectors.is_held(row, now)}
        for row in page.object_list
    ]
    return render(request, "training/records/sessions.html", {"page": page})


@admin_page("both")
def new(request: HttpRequest) -> HttpResponse:
    form = SessionForm(request.POST if request.method == "POST" else None, courses=selectors.courses_with_titles())
    if request.method == "POST" and form.is_valid():
        session = sessions.plan(details=form.details, by=request.user, now=timezone.now())
        return redirect("records:session", session.pk)
    return render(request, "training/records/session_form.html", {"form": form})


@session_page()
def show(request: HttpRequest, session: LiveSession) -> HttpResponse:
    return session_view(request, session)


def session_view(request: HttpRequest, session: LiveSession, *, sheet_form=None) -> HttpResponse:
    """The page of a session."""
    sheets = [(sheet, _manifest(sheet)) for sheet in selectors.sheets_of(session)]
    context = {
        "session": session,
        "title": selectors.course_title(session.course),
        "replaced_by": getattr(session, "replaced_by", None),
        "is_held": selectors.is_held(session, timezone.now()),
        "sheets": sheets,
        "attendances": list(selectors.attendances_of(session)),
        "form": sheet_form or SheetForm(),
        # A sheet goes to an address of its own; whoever changes the language comes back here.
        "drawn_at": reverse("records:session", args=[session.pk]),
    }
    return render(request, "training/records/session.html", context)


def _manifest(sheet):
    try:
        return sessions.manifest_of(sheet)
    except Damaged:
        return None


@session_page("both")
def edit(request: HttpRequest, session: LiveSession) -> HttpResponse:
    """Change what is planned; correct what is recorded by a new record. When a colleague was faster, both are shown."""
    recorded = session.attendances.exists()
    form = SessionForm(request.POST if request.method == "POST" else None, courses=selectors.courses_with_titles(), session=session)
    context = {"form": form, "session": session, "recorded": recorded, "row_version": request.POST.get("row_version", session.row_version)}
    status = 200
    if request.method == "POST" and form.is_valid():
        if request.POST.get("recorded", "") != ("yes" if recorded else ""):
            # What looked like a change of a plan would be a correction of evidence now: it is said before.
            return render(request, "training/records/session_form.html", context | {"evidence": True}, status=409)
        try:
            if changed := _save(request, session, form, recorded):
                return redirect("records:session", changed.pk)
        except sessions.SessionMoved:
            stored, status = selectors.session_by_id(session.pk), 409
            context |= {"rows": compare_session(form, stored), "row_version": stored.row_version}
        except sessions.Recorded:
            context, status = context | {"recorded": True, "evidence": True}, 409
    return render(request, "training/records/session_form.html", context, status=status)


def _save(request, session: LiveSession, form: SessionForm, recorded: bool) -> LiveSession | None:
    """Raises SessionMoved, Recorded."""
    typed = request.POST.get("row_version", "")
    values = {"session": session, "details": form.details, "row_version": int(typed) if typed.isdecimal() else 0}
    try:
        save = sessions.correct if recorded else sessions.change
        changed = save(**values, by=request.user, now=timezone.now())
    except Over:
        form.add_error(None, _("This session was cancelled or corrected meanwhile. Look at it again."))
    except attendance.NotHeld:
        form.add_error("day", _("People were recorded as being there, so it can’t lie in the future."))
    else:
        messages.success(request, _("Corrected. The earlier record is kept.") if recorded else _("Saved."))
        return changed
    return None


@session_page("post")
def cancel(request: HttpRequest, session: LiveSession) -> HttpResponse:
    try:
        sessions.cancel(session=session, by=request.user, now=timezone.now())
    except (Over, sessions.Recorded):
        messages.warning(request, _("People were there, or it was corrected: it can’t be cancelled."))
    return redirect("records:session", session.pk)


@session_page("post")
def sheet_add(request: HttpRequest, session: LiveSession) -> HttpResponse:
    form = SheetForm(request.POST, request.FILES)
    if not form.is_valid():
        return session_view(request, session, sheet_form=form)
    try:
        sessions.add_sheet(session=session, upload=form.cleaned_data["file"], by=request.user, now=timezone.now())
    except Over:
        messages.warning(request, _("This session was cancelled or corrected meanwhile. Look at it again."))
    else:
        messages.success(request, _("The sheet is kept."))
    return redirect("records:session", session.pk)


@session_page("post")
def sheet(request: HttpRequest, session: LiveSession, sheet_id) -> HttpResponse:
    """A sheet as an attachment under a neutral name and a type no browser shows. Each download is recorded."""
    found = selectors.sheet_by_id(session, sheet_id)
    if found is None:
        raise Http404
    try:
        blocks, manifest = sessions.download_sheet(sheet=found, by=request.user, now=timezone.now())
    except Damaged:
        raise Http404 from None
    response = StreamingHttpResponse(blocks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="sign-in-sheet.{SUFFIXES.get(manifest.sniffed_type, "bin")}"'
    response.headers["Content-Length"] = str(manifest.length)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
