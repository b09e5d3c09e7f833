"""What needs a policy administrator: to publish, late, expiring, untranslated, unconfirmed (D1)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from people.attention import Point, needs
from people.models import Role
from policy.calendar_selectors import warnings as calendar_warnings
from policy.campaign_selectors import campaigns, numbers
from policy.models import CampaignState, PolicyState, PolicyVersion
from policy.poster_selectors import needing_attention
from policy.requirements import lacks
from policy.selectors import content_of, policy_in_force, untranslated
from policy.vocabulary import LANGUAGES

SOON = timedelta(days=60)
CONTACTS_GOOD_FOR = timedelta(days=365)
# A re-issue takes in a hundred thousand people in minutes; one that stands still this long has no worker.
STANDS_STILL = timedelta(hours=1)


@needs(Role.POLICY_ADMIN)
def the_policy(now: datetime, today: date) -> Iterator[Point]:
    current = policy_in_force(now)
    if current is None:
        yield Point(_("No policy is in force: nobody can be promised a date."), reverse("authoring:versions"), urgent=True)
    else:
        yield from _in_force(current, today)
    for version in PolicyVersion.objects.filter(state__in=[PolicyState.DRAFT, PolicyState.IN_REVIEW, PolicyState.APPROVED]):
        yield from _on_the_way(version)


def _in_force(version: PolicyVersion, today: date) -> Iterator[Point]:
    content, at = content_of(version), reverse("authoring:version", args=[version.number])
    review = content.review.next_date
    if review and review <= today + SOON:
        yield Point(_("The policy must be looked at again by %(date)s.") % {"date": _in_words(review)}, at, urgent=review < today)
    if hidden := sum(not each.confirmed_on for each in content.support):
        words = ngettext(
            "%(count)s support contact was never confirmed and is not shown.",
            "%(count)s support contacts were never confirmed and are not shown.",
            hidden,
        )
        yield Point(words % {"count": hidden}, at, urgent=True)
    old = [each for each in content.support if each.confirmed_on and each.confirmed_on < today - CONTACTS_GOOD_FOR]
    if old:
        yield Point(_("Support contacts confirmed more than a year ago: %(count)s. Call them.") % {"count": len(old)}, at)
    if any(untranslated(version, language) for language in LANGUAGES):
        yield Point(_("A part of the policy is shown in the other language: a translation is missing."), at, urgent=True)


def _in_words(day: date) -> str:
    return date_format(day, pgettext("date format: short", "j M Y"))


def _on_the_way(version: PolicyVersion) -> Iterator[Point]:
    at = reverse("authoring:version", args=[version.number])
    text = _("Version %(number)s is waiting: %(state)s.") % {"number": version.number, "state": version.get_state_display()}
    missing = lacks(content_of(version))
    if missing:
        words = ngettext(
            "%(count)s thing is missing before it can be published.",
            "%(count)s things are missing before it can be published.",
            len(missing),
        )
        text = f"{text} {words % {'count': len(missing)}}"
    yield Point(text, at)
    places = {lack.place for lack in missing if lack.code == "language_missing"}
    if places:
        words = ngettext(
            "Version %(number)s: %(count)s place has words in one language only.",
            "Version %(number)s: %(count)s places have words in one language only.",
            len(places),
        )
        yield Point(words % {"number": version.number, "count": len(places)}, at)


@needs(Role.POLICY_ADMIN)
def re_issues(now: datetime, today: date) -> Iterator[Point]:
    """Campaigns with people who are late, campaigns that don't get on, and a version in force that nobody was asked to sign."""
    started = campaigns().filter(state__in=[CampaignState.GATHERING, CampaignState.RUNNING])
    for each in started:
        who = {"number": each.version.number, "who": each.unit.name if each.unit else each.get_audience_display()}
        if late := numbers(each, now).late:
            words = ngettext(
                "Version %(number)s, %(who)s: %(count)s person is late with signing.",
                "Version %(number)s, %(who)s: %(count)s people are late with signing.",
                late,
            )
            yield Point(words % (who | {"count": late}), reverse("campaigns:people", args=[each.pk]) + "?show=late")
        if each.state == CampaignState.GATHERING and (each.gathered_at or each.started_at) < now - STANDS_STILL:
            yield Point(
                _("A re-issue of version %(number)s does not get on.") % who, reverse("campaigns:show", args=[each.pk]), urgent=True
            )
    current = policy_in_force(now)
    if current and not any(each.version_id == current.pk for each in campaigns() if each.state != CampaignState.DRAFT):
        words = _("Version %(number)s is in force, and nobody was asked to sign it yet.") % {"number": current.number}
        yield Point(words, reverse("campaigns:list"))


@needs(Role.POLICY_ADMIN)
def working_calendars(now: datetime, today: date) -> Iterator[Point]:
    for calendar, year in calendar_warnings(today):
        text = _("The working calendar of %(year)s is not confirmed: dates in it are provisional.") % {"year": year}
        yield Point(text, reverse("calendars:calendar", args=[calendar.pk]) + f"?year={year}", urgent=year == today.year)


@needs(Role.POLICY_ADMIN)
def posters(now: datetime, today: date) -> Iterator[Point]:
    if count := needing_attention(policy_in_force(now), today):
        yield Point(_("Posters to replace or to look at: %(count)s.") % {"count": count}, reverse("posters:register"))
