"""The code and the person: change the code, tell us your name later, confirm what staff wrote down, leave."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import followup_selectors as read
from complaints.forms.followup import ConfirmForm, IdentityForm
from complaints.services import additions, code_change, confirm
from complaints.services.once import new_token
from complaints.states import ENDED
from complaints.views.followup import IDLE_SECONDS
from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language
from complaints.views.followup_write import _part, files_shown
from vault import sessions


@require_http_methods(["GET", "POST"])
@reporter_page(private=True)
def code(request, *, mine):
    """Two steps: the new code is shown, then it takes over. Between them the old one still works, so nobody is locked out."""
    fresh = confirm.needs_fresh_code(mine.complaint)
    token = request.POST.get("once", "")
    if request.method == "POST" and token and request.POST.get("go") == "switch":
        return _switched(mine, token)
    if request.method == "POST":
        token = token or new_token()
        new = code_change.next_code(keyring=mine.keyring, complaint=mine.complaint, token=token)

        def draw():
            return page(request, "code_new", code=new, once=token, page_form_id="page-form", fresh=fresh)

        return in_other_language(request, draw) if wants_other_language(request) else draw()
    return page(request, "code", fresh=fresh)


def _switched(mine, token: str):
    try:
        keyring = code_change.change(complaint=mine.complaint, keyring=mine.keyring, token=token, now=mine.now)
    except code_change.NoAccess:
        raise Http404 from None
    response = redirect("followup:code_done")
    sessions.start_reporter(response, keyring=keyring, idle_seconds=IDLE_SECONDS, now=mine.now)
    return response


@reporter_page(private=True)
def code_done(request, *, mine):
    """The old code is dead; the page says so and leads back."""
    return page(request, "code_done")


@require_http_methods(["GET", "POST"])
@reporter_page(private=True)
def identity(request, *, mine):
    """Tell us your name later, or ask for more confidentiality."""
    readers = read.readers(mine.complaint)
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_identity(request, mine, typed(IdentityForm, request, readers=readers)))
    form = IdentityForm(request.POST or None, readers=readers)
    if request.method == "POST" and form.is_valid():
        try:
            additions.tell_identity(
                complaint=mine.complaint,
                keyring=mine.keyring,
                identity=form.cleaned_data["identity"],
                fields=form.told,
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
        except additions.Ended:
            form.add_error("name", _("Our work on this has ended. You can still write us a message."))
        else:
            return redirect("followup:identity")
    return _draw_identity(request, mine, form)


def _draw_identity(request, mine, form):
    told = [
        each.row.at
        for each in additions.open_statements(complaint=mine.complaint, keys=mine.keys.statement)
        if each.body.get("fields", {}).get("identity")
    ]
    return page(
        request,
        "identity",
        form=form,
        now_known=mine.complaint.identity,
        told_at=told[-1] if told else None,
        promised=read.promise_about(mine.complaint, "message_answer") if told else None,
        ended=mine.complaint.state in ENDED,
    )


@require_http_methods(["GET", "POST"])
@reporter_page(unconfirmed=True)
def confirm_record(request, *, mine):
    """Confirm or correct what staff wrote down; then a code only the reporter knows (R14)."""
    if confirm.to_confirm(mine.complaint) is None:
        return redirect("followup:code" if confirm.needs_fresh_code(mine.complaint) else "followup:home")
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_confirm(request, mine, typed(ConfirmForm, request)))
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # The same form may arrive twice; then the record is confirmed already.
        with suppress(confirm.NothingToConfirm):
            confirm.confirm(
                complaint=mine.complaint,
                keyring=mine.keyring,
                correction=form.cleaned_data["correction"],
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
        return redirect("followup:code")
    return _draw_confirm(request, mine, form)


@require_http_methods(["GET", "POST"])
@reporter_page()
def confirm_talk(request, statement_id: UUID, *, mine):
    """Confirm or correct the record of a talk (R26). It does not hold up the other pages."""
    waiting = next((each for each in confirm.talks_to_confirm(mine.complaint) if each.pk == statement_id), None)
    if waiting is None:
        if not confirm.has_talk(mine.complaint, statement_id):
            raise Http404
        return redirect("followup:home")
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_confirm(request, mine, typed(ConfirmForm, request), waiting))
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with suppress(confirm.NothingToConfirm):
                confirm.confirm_talk(
                    complaint=mine.complaint,
                    keyring=mine.keyring,
                    statement_id=statement_id,
                    correction=form.cleaned_data["correction"] if form.cleaned_data["is_right"] == "no" else "",
                    token=form.token,
                    now=mine.now,
                    language=mine.lang,
                )
            return redirect("followup:home")
        except additions.Ended:
            form.add_error("correction", _("Our work on this has ended. Send it as a message, or tell us about it anew."))
    return _draw_confirm(request, mine, form, waiting)


def _draw_confirm(request, mine, form, talk=None):
    record = talk or confirm.to_confirm(mine.complaint)
    opened = additions.open_statements(complaint=mine.complaint, keys=mine.keys.statement)
    mine_own = next(each for each in opened if record and each.row.pk == record.pk)
    names = additions.open_names(attachments=list(mine_own.files), keys=mine.keys.statement)
    return page(
        request, "confirm", form=form, part=_part(mine_own, names), files=files_shown(mine_own.files, names), is_talk=talk is not None
    )
