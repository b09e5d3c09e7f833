"""D1: what needs an administrator today."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from managing import selectors
from people.decorators import staff_required
from people.models import Role

ADMINISTRATORS = (Role.POLICY_ADMIN, Role.TRAINING_ADMIN, Role.SYSTEM_ADMIN)


@staff_required(*ADMINISTRATORS)
@require_safe
def home(request):
    now = timezone.now()
    points = selectors.points_for(request.roles, now, timezone.localdate())
    return render(request, "managing/home.html", {"points": points, "open": selectors.reporting_is_open(now)})
