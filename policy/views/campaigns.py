"""Re-issuing a version: list, prepare, start, close."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audit.actors import staff
from people.models import Role
from policy import campaign_selectors as selectors
from policy import comprehension
from policy.forms.campaigns import SettingsForm
from policy.models import PolicyState
from policy.selectors import policy_in_force, published_versions
from policy.services import campaigns as service
from policy.views.campaign_door import admin_only, campaign_page, posted
from policy.views.campaign_words import missing_in_words


@admin_only
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = [(each, selectors.numbers(each, now)) for each in selectors.campaigns()]
    return render(request, "policy/campaign/list.html", {"rows": rows, "can_begin": policy_in_force(now) is not None})


@admin_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    versions = [each for each in published_versions(now) if each.state != PolicyState.SUPERSEDED]
    initial = {"starts_on": timezone.localdate(now), "version": versions[0].number if versions else None}
    form = SettingsForm(*posted(request), versions=versions, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = service.create(version=form.chosen_version, settings=form.settings, by=request.user, now=now)
        return redirect("campaigns:show", made.pk)
    return render(request, "policy/campaign/settings.html", {"form": form})


@campaign_page()
def show(request: HttpRequest, campaign) -> HttpResponse:
    """Where the campaign stands, and the one next step."""
    now = timezone.now()
    in_force = policy_in_force(now)
    context = {
        "campaign": campaign,
        "count": selectors.numbers(campaign, now),
        "questions": comprehension.read(campaign.questions),
        "waits": campaign.state == "gathering" and campaign.begins_at > now,
        "is_old": in_force is not None and in_force.number > campaign.version.number,
    }
    if campaign.state == "draft":
        context["missing"] = missing_in_words(service.missing(campaign, now), campaign)
    return render(request, "policy/campaign/show.html", context)


@campaign_page(methods="both")
def edit(request: HttpRequest, campaign) -> HttpResponse:
    if campaign.state != "draft":
        return redirect("campaigns:show", campaign.pk)
    initial = {name: getattr(campaign, name) for name in service.EDITABLE} | {"version": campaign.version.number}
    if campaign.unit:
        initial["unit"] = campaign.unit.code
    form = SettingsForm(*posted(request), versions=[campaign.version], initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            service.save_settings(
                campaign=campaign, settings=form.settings, row_version=read_version(request), by=request.user, now=timezone.now()
            )
        except service.CampaignMoved:
            # What was typed stays in the form, beside what is saved by now.
            saved = selectors.campaign(campaign.pk)
            return render(request, "policy/campaign/settings.html", {"form": form, "campaign": saved, "saved": saved}, status=409)
        return redirect("campaigns:show", campaign.pk)
    return render(request, "policy/campaign/settings.html", {"form": form, "campaign": campaign})


def read_version(request: HttpRequest) -> int:
    """The row version that the page was made from; 0, which fits nothing, when there is none."""
    given = request.POST.get("row_version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def changed_meanwhile(request: HttpRequest, campaign) -> HttpResponse:
    """Somebody else was faster: nothing is lost silently."""
    messages.warning(request, _("Somebody changed this meanwhile. Nothing was saved; please look again."))
    return redirect("campaigns:show", campaign.pk)


@campaign_page(methods="both")
def start(request: HttpRequest, campaign) -> HttpResponse:
    """How many people it goes to, and the last look before it does."""
    now = timezone.now()
    if request.method == "POST":
        try:
            service.start(campaign=campaign, by=request.user, now=now)
        except (service.NotReadyToStart, service.CampaignMoved):
            messages.warning(request, _("It can’t be started like this. Please look again."))
        return redirect("campaigns:show", campaign.pk)
    if campaign.state != "draft" or service.missing(campaign, now):
        return redirect("campaigns:show", campaign.pk)
    context = {"campaign": campaign, "people": service.expected_people(campaign, now), "earlier": selectors.earlier_still_open(campaign)}
    return render(request, "policy/campaign/start.html", context)


@campaign_page(methods="both")
def close(request: HttpRequest, campaign) -> HttpResponse:
    if not campaign.is_open:
        return redirect("campaigns:show", campaign.pk)
    now = timezone.now()
    if request.method == "POST":
        service.close(campaign=campaign, by=staff(request.user, Role.POLICY_ADMIN), now=now)
        messages.success(request, _("It is closed. Nobody is reminded any more; the list stays."))
        return redirect("campaigns:show", campaign.pk)
    return render(request, "policy/campaign/close.html", {"campaign": campaign, "count": selectors.numbers(campaign, now)})


@campaign_page(methods="post")
def discard(request: HttpRequest, campaign) -> HttpResponse:
    try:
        service.discard(campaign=campaign, by=request.user, now=timezone.now())
    except service.CampaignMoved:
        return changed_meanwhile(request, campaign)
    messages.success(request, _("It was thrown away. Nobody had been asked."))
    return redirect("campaigns:list")
