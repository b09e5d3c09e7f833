"""D1: what needs an administrator today."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from complaints.report_selectors import Lack, reporting_lacks
from people.attention import points_for
from people.decorators import staff_required
from people.models import Role

ADMINISTRATORS = (Role.POLICY_ADMIN, Role.TRAINING_ADMIN, Role.SYSTEM_ADMIN)
CLOSED_BECAUSE = {
    Lack.POLICY: _("No policy is in force, so no date can be promised."),
    Lack.HANDLERS: _("Two intake officers are needed, each with a vault key."),
    Lack.OVERSIGHT: _("Somebody in oversight is needed, with a vault key."),
}


@staff_required(*ADMINISTRATORS)
@require_safe
def home(request):
    now = timezone.now()
    points = points_for(request.roles, now, timezone.localdate())
    return render(request, "managing/home.html", {"points": points, "closed_because": closed_because(now)})


def closed_because(now) -> list[str]:
    """Why nobody can report here, as sentences; empty when they can."""
    return [str(CLOSED_BECAUSE[lack]) for lack in reporting_lacks(now)]
