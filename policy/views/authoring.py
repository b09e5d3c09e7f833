"""Looking at versions as their authors and reviewers do (D2–D4): what they say, what is missing, what would change."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from policy import authoring_selectors as selectors
from policy import diff
from policy.forms.authoring import StartForm
from policy.forms.limits import NumbersForm
from policy.forms.parts import FORMS
from policy.models import PolicyState
from policy.pages import policy_page
from policy.path_selectors import step_path
from policy.profiles import profiles
from policy.selectors import content_of, policy_in_force
from policy.services import create_from_profile, revise
from policy.views.door import policy_admin, version_page
from policy.views.drafting import numbers_initial
from policy.words import change_lines

# A list of what is missing stands open when it is no longer than this.
OPEN_UP_TO = 12


@policy_admin
@require_safe
def versions(request):
    """D2: every version."""
    return render(request, "policy/manage/versions.html", {"versions": selectors.all_versions()})


@policy_admin
@require_http_methods(["GET", "POST"])
def new(request):
    """Begin a draft: from a profile, or from the version in force."""
    now = timezone.now()
    current = policy_in_force(now)
    form = StartForm(request.POST or None, profiles=profiles().values(), current=current)
    if request.method == "POST" and form.is_valid():
        start = form.cleaned_data["start"]
        if start == StartForm.IN_FORCE:
            made = revise(version=current, by=request.user, now=now)
        else:
            made = create_from_profile(profile_id=start, by=request.user, now=now)
        return redirect("authoring:version", number=made.number)
    return render(request, "policy/manage/new.html", {"form": form})


@version_page
@require_safe
def version(request, version):
    """The overview of one version: where it stands, what is missing, what may be done next."""
    content = content_of(version)
    lacking = selectors.missing(content)
    said = selectors.open_comments(version)
    parts = [
        {
            "name": name,
            "heading": heading,
            "lacking": sum(1 for each in lacking if each.part in names),
            "comments": sum(n for (part, _key), n in said.items() if part in names),
        }
        for name, heading, names in selectors.PAGES
    ]
    context = {
        "version": version,
        "parts": parts,
        "missing": lacking,
        "open_up_to": OPEN_UP_TO,
        "is_draft": version.state == PolicyState.DRAFT,
        "may_approve": selectors.may_be_approved_by(version, request.user),
        "unconfirmed": sum(1 for each in lacking if each.is_fact),
        "edits": [
            (edit, selectors.title_of(content, edit.part, edit.key)) for edit in version.edits.select_related("by")[: selectors.LATEST]
        ],
        "open_comments": sum(said.values()),
        "headings": selectors.PART_HEADINGS,
    }
    return render(request, "policy/manage/version.html", context)


@version_page
@require_safe
def page(request, version, page: str):
    """One part of the policy: its items with what is missing in each, or its form when it is a single one."""
    found = next((each for each in selectors.PAGES if each[0] == page), None)
    if found is None:
        raise Http404
    name, heading, parts = found
    if name in ("words", "review"):
        return redirect("authoring:item", number=version.number, part=name, key="all")
    content = content_of(version)
    context = {
        "version": version,
        "page": name,
        "page_heading": heading,
        "groups": [_group(version, content, part) for part in parts],
        # The table of numbers shows by itself which are empty.
        "missing": [each for each in selectors.missing(content) if each.part in parts and each.lack.code != "limit_without_number"],
        "is_draft": version.state == PolicyState.DRAFT,
        "comments": selectors.comments_on(version, name, ""),
    }
    if name == "limits" and version.state == PolicyState.DRAFT:
        owed = [limit for limit in content.limits if limit.rule.is_ours and not limit.counts]
        context["form"] = NumbersForm(limits=owed, initial=numbers_initial(owed))
    if name == "sanctions":
        context["preview"] = policy_page(version, get_language(), timezone.now())
    return render(request, "policy/manage/part.html", context)


def _group(version, content, part: str) -> dict:
    single = part in ("weighed", "body")
    return {
        "part": part,
        "heading": selectors.PART_HEADINGS[part],
        "single": single,
        "words": {"weighed": content.sanctions.weighed, "body": content.body.name}.get(part),
        "lines": [] if single else selectors.lines(version, content, part),
        "form": FORMS.get(part),
    }


@version_page
@require_safe
def facts(request, version):
    """Every fact with its source; facts of general knowledge are confirmed one by one (R44)."""
    rows = selectors.facts(content_of(version))
    waiting = [row for row in rows if row.source.needs_confirmation]
    rest = [row for row in rows if not row.source.needs_confirmation]
    context = {"version": version, "waiting": waiting, "rest": rest, "is_draft": version.state == PolicyState.DRAFT}
    return render(request, "policy/manage/facts.html", context)


@version_page
@require_safe
def preview(request, version):
    """The policy page as employees would see it."""
    shown = policy_page(version, get_language(), timezone.now())
    return render(request, "policy/manage/preview.html", {"version": version, "page": shown})


@version_page
@require_safe
def dates(request, version):
    """What a reporter would be promised today, the step path and the sanctions table, as they would be."""
    now = timezone.now()
    context = {
        "version": version,
        "example": selectors.example_dates(version, now),
        "received_at": now,
        "steps": step_path(version),
        "page": policy_page(version, get_language(), now),
    }
    return render(request, "policy/manage/dates.html", context)


@version_page
@require_safe
def changed(request, version):
    """The differences to the version in force (or, for a published one, to the one before it)."""
    now = timezone.now()
    other = policy_in_force(version.effective_at or now)
    if other is not None and other.pk == version.pk:
        other = selectors.version_before(version)
    lines = change_lines(diff.changes(content_of(other), content_of(version))) if other else []
    title = _("Changes against version %(number)s") % {"number": other.number} if other else _("Changes")
    return render(request, "policy/manage/changes.html", {"version": version, "other": other, "lines": lines, "page_heading": title})
