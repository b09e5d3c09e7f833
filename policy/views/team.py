"""Who of their own line has signed, for whoever leads people: all levels below, nobody else."""

from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.actors import staff
from people.selectors import employee_of, leads_people
from policy import campaign_selectors as selectors
from policy.views.campaign_people import Place, board_page, list_file, people_page

MANAGER = "manager"


def _leader(request: HttpRequest):
    """The directory's entry of this account, if somebody reports to it; everybody else sees the page as absent."""
    leader = employee_of(request.user)
    if leader is None or not leads_people(leader, timezone.localdate()):
        raise Http404
    return leader


def _own_line(view):
    """Hand the campaign and the place of this leader to the view. A campaign without anybody of the line is absent."""

    @wraps(view)
    def page(request, campaign_id):
        leader = _leader(request)
        campaign = selectors.campaign(campaign_id)
        if campaign is None or not selectors.numbers(campaign, timezone.now(), leader=leader).total:
            raise Http404
        return view(request, campaign, Place("sign:team_board", "sign:team_people", "sign:team_list", leader))

    return page


@require_safe
def campaigns(request: HttpRequest) -> HttpResponse:
    _leader(request)
    return render(request, "policy/sign/team.html", {"rows": selectors.for_leader(request.user, timezone.now())})


@require_safe
@_own_line
def board(request: HttpRequest, campaign, place: Place) -> HttpResponse:
    return board_page(request, campaign, place)


@require_safe
@_own_line
def people(request: HttpRequest, campaign, place: Place) -> HttpResponse:
    return people_page(request, campaign, place)


@require_POST
@_own_line
def take_list(request: HttpRequest, campaign, place: Place) -> HttpResponse:
    return list_file(campaign, place, by=staff(request.user, MANAGER))
