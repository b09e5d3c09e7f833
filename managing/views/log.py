"""D13: what was changed in the portal itself, and what policy texts said before."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.actions import Action
from managing import selectors
from managing.views.home import ADMINISTRATORS
from people.decorators import staff_required

LINES_A_PAGE = 50


@staff_required(*ADMINISTRATORS)
@require_safe
def listing(request):
    page = Paginator(selectors.log_entries(), LINES_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "at": entry.at,
            "who": entry.user.display_name if entry.user else "",
            "what": Action(entry.action).label,
            "facts": " · ".join(f"{name}: {value}" for name, value in entry.facts.items()),
        }
        for entry in page.object_list
    ]
    return render(request, "managing/log.html", {"page": page, "rows": rows})
