"""D13: what was changed in the portal itself, by whom, and what it said before."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from managing import selectors
from managing.log_kinds import kinds_for
from managing.log_words import rows_of
from managing.views.home import ADMINISTRATORS
from people.decorators import staff_required
from people.models import Role

LINES_A_PAGE = 50


@staff_required(*ADMINISTRATORS)
@require_safe
def listing(request):
    kinds = kinds_for(request.roles)
    chosen = next((kind for kind in kinds if kind.code == request.GET.get("kind")), None)
    entries = selectors.log_entries([chosen] if chosen else kinds)
    page = Paginator(entries, LINES_A_PAGE).get_page(request.GET.get("page"))
    rows = rows_of(page.object_list, with_links=Role.POLICY_ADMIN in request.roles)
    context = {"page": page, "rows": rows, "kinds": kinds, "chosen": chosen}
    return render(request, "managing/log.html", context | {"query": f"kind={chosen.code}" if chosen else ""})
