"""Reviews of a decision, as oversight handles them: admitting or refusing late ones, giving them to somebody who took no part."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from complaints.forms.followup import long_text
from complaints.models import Complaint
from investigations.forms.case import PersonChoice, choice
from investigations.models import Appeal
from investigations.services import appeals
from oversight import selectors
from people.decorators import staff_required, unlocked
from people.models import Role
from vault.errors import NoAccess


class GiveForm(PersonChoice):
    to = choice(gettext_lazy("Who reviews it?"), [], help_text=gettext_lazy("Only decision-makers who took no part are listed."))


class RefuseForm(forms.Form):
    use_required_attribute = False
    reason = long_text(gettext_lazy("Why it is not taken up"), rows=4, required=True, blank=gettext_lazy("Say why"))


def _load(request, ref):
    try:
        return selectors.overseen_complaint(request.user, ref)
    except Complaint.DoesNotExist:
        raise Http404 from None


@staff_required(Role.OVERSIGHT)
@require_GET
@unlocked
def reviews(request, ref):
    return _page(request, _load(request, ref))


def _page(request, complaint, failed=None):
    """`failed`: (id of the review, its bound form) when something was missing."""
    rows = appeals.gather(complaint=complaint, now=timezone.now())
    people = appeals.candidates(complaint, timezone.now())
    pk, bound = failed or (None, None)
    shown = []
    for row in rows:
        mine = bound if row.pk == pk else None
        give = mine if isinstance(mine, GiveForm) else GiveForm(people=people, prefix=_prefix(row))
        refuse = mine if isinstance(mine, RefuseForm) else RefuseForm(prefix=_prefix(row))
        shown.append({"row": row, "give": give, "refuse": refuse})
    return render(request, "oversight/reviews.html", {"complaint": complaint, "rows": shown, "people": people, "failed_form": bound})


def _prefix(row: Appeal) -> str:
    return f"r{row.pk.hex[:8]}"


@staff_required(Role.OVERSIGHT)
@require_POST
@unlocked
def act(request, ref, review_id: UUID):
    """Admit, refuse or give one review. `do` says which."""
    complaint = _load(request, ref)
    row = next((each for each in appeals.gather(complaint=complaint, now=timezone.now()) if each.pk == review_id), None)
    if row is None:
        raise Http404
    reach = {"complaint": complaint, "by": request.user, "appeal_id": review_id, "now": timezone.now()}
    try:
        if request.POST.get("do") == "admit":
            appeals.admit(**reach)
        elif request.POST.get("do") == "refuse":
            form = RefuseForm(request.POST, prefix=_prefix(row))
            if not form.is_valid():
                return _page(request, complaint, (review_id, form))
            appeals.refuse(**reach, keyring=request.vault.keyring, reason=form.cleaned_data["reason"])
        else:
            form = GiveForm(request.POST, people=appeals.candidates(complaint, timezone.now()), prefix=_prefix(row))
            if not form.is_valid():
                return _page(request, complaint, (review_id, form))
            appeals.assign(**reach, keyring=request.vault.keyring, to=form.person)
            messages.success(request, _("They have been told. The case is under review now."))
    except appeals.Settled:
        messages.info(request, _("This was settled meanwhile."))
    except appeals.Late:
        messages.info(request, _("It came late. First decide whether it is taken up."))
    except (appeals.TookPart, appeals.NoSeat):
        messages.info(request, _("This person took part, or can’t take it any more. Choose somebody else."))
    except (appeals.NotOverseen, NoAccess):
        raise Http404 from None
    return HttpResponseRedirect(reverse("oversight:reviews", args=[complaint.ref]))
