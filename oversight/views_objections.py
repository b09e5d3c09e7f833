"""Oversight decides whether somebody may go on handling a case (R20)."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.models import Complaint
from complaints.public_words import role_words
from investigations.forms.objections import DecideObjectionForm
from investigations.models import Objection
from investigations.services import objections
from oversight import selectors
from people.decorators import staff_required, unlocked
from people.models import Role
from vault.errors import NoAccess


@staff_required(Role.OVERSIGHT)
@require_http_methods(["GET", "POST"])
@unlocked
def objection(request, ref, pk: UUID):
    """The reason as it was written, and the decision."""
    now = timezone.now()
    try:
        complaint = selectors.overseen_complaint(request.user, ref)
        found = objections.read_by_oversight(complaint=complaint, keyring=request.vault.keyring, by=request.user, objection_id=pk, now=now)
    except (Complaint.DoesNotExist, Objection.DoesNotExist, NoAccess):
        raise Http404 from None
    form = DecideObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        upheld = form.cleaned_data["upheld"] == "yes"
        try:
            objections.decide(
                complaint=complaint,
                keyring=request.vault.keyring,
                by=request.user,
                objection_id=pk,
                upheld=upheld,
                text=form.cleaned_data["text"],
                now=now,
            )
        except objections.DecidedAlready:
            messages.info(request, _("Somebody else has answered this already. Nothing was sent twice."))
        else:
            done = _("Their access has ended.") if upheld else _("Their access came back.")
            messages.success(request, done)
        return HttpResponseRedirect(reverse("oversight:case", args=[complaint.ref]))
    seat = found.row.seat
    context = {"complaint": complaint, "found": found, "form": form, "who": seat.user.display_name, "role": role_words(seat.role)}
    return render(request, "oversight/objection.html", context)
