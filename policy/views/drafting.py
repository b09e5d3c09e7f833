"""Writing a draft item by item. Nothing anybody typed is lost: when a colleague was faster, both versions are shown."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from policy import authoring_selectors as selectors
from policy import editing
from policy.forms.limits import LimitForm, NumbersForm
from policy.forms.parts import FORMS
from policy.models import PolicyState
from policy.readability import long_sentences
from policy.selectors import content_of
from policy.services import WrongState
from policy.services import editing as services
from policy.views.door import version_page
from policy.vocabulary import MANDATORY_SECTIONS
from policy.words import compare_rows

ALL_FORMS = FORMS | {"limits": LimitForm}


@version_page
@require_http_methods(["GET", "POST"])
def item(request, version, part: str, key: str):
    """The form of one item."""
    form_class = ALL_FORMS.get(part)
    content = content_of(version)
    try:
        record = editing.item_of(content, part, key)
    except editing.NoSuchItem:
        record = None
    if form_class is None or (record is None and key != editing.NEW and request.method == "GET"):
        raise Http404
    form = form_class(_posted(request, key), content=content, record=record, initial=_initial(request, form_class, part, record))
    if request.method == "POST" and form.is_valid():
        return _save(request, version, part, key, form)
    return _form_page(request, version, part, key, form, record)


def _posted(request, key: str):
    """What was typed; the key of an item that a colleague has removed meanwhile comes from the address."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if key != editing.NEW:
        data.setdefault("key", key)
    return data


def _initial(request, form_class, part: str, record) -> dict:
    if record is not None:
        return form_class.initial_of(record) | {"seen": editing.fingerprint(record)}
    wanted = request.GET.get("key", "")
    if part == "sections" and wanted in MANDATORY_SECTIONS:
        return {"key": wanted}
    return {}


def _save(request, version, part: str, key: str, form):
    made = form.record()
    try:
        services.save_item(
            version=version, part=part, key=key, item=made, seen=form.cleaned_data["seen"], by=request.user, now=timezone.now()
        )
    except services.ChangedMeanwhile as problem:
        return _compare(request, version, part, key, form, made, problem)
    except editing.KeyTaken:
        form.add_error("key", _("Another item has this key already"))
        return _form_page(request, version, part, key, form, None)
    except WrongState:
        messages.error(request, _("This version is no draft any more. Nothing was saved."))
        return redirect("authoring:version", number=version.number)
    messages.success(request, _("Saved."))
    if part in ("words", "review"):
        return redirect("authoring:version", number=version.number)
    return redirect("authoring:page", number=version.number, page=selectors.page_of(part))


def _compare(request, version, part: str, key: str, form, made, problem):
    """Both versions side by side; saving again knowingly puts mine on top of what is stored now."""
    form.data = form.data.copy()
    form.data["seen"] = editing.fingerprint(problem.stored)
    edit = problem.edit
    context = {
        "version": version,
        "part": part,
        "key": key if problem.stored is not None else editing.NEW,
        "page": selectors.page_of(part),
        "form": form,
        "gone": problem.stored is None,
        "rows": compare_rows(problem.stored, made),
        "who": edit.by.display_name if edit else "",
        "minutes": max(1, round((timezone.now() - edit.at).total_seconds() / 60)) if edit else 0,
    }
    return render(request, "policy/manage/compare.html", context, status=409)


def _form_page(request, version, part: str, key: str, form, record):
    context = {
        "version": version,
        "part": part,
        "key": key,
        "page": selectors.page_of(part),
        "form": form,
        "record": record,
        "is_new": key == editing.NEW,
        "is_single": part in editing.SINGLES,
        "is_draft": version.state == PolicyState.DRAFT,
        "page_heading": selectors.PART_HEADINGS[part],
        "item_title": selectors.title_of(content_of(version), part, key),
        "comments": selectors.comments_on(version, part, "" if part in editing.SINGLES else key),
        "long": _long_sentences(part, record),
        "seen": editing.fingerprint(record),
        "rests_on": selectors.section_facts(version, content_of(version), key) if part == "sections" else [],
    }
    return render(request, "policy/manage/item.html", context)


def _long_sentences(part: str, record) -> list[str]:
    texts = {"sections": "body", "words": "summary"}
    if record is None or part not in texts:
        return []
    text = getattr(record, texts[part])
    return [*long_sentences(text.en, "en"), *long_sentences(text.zh_hans, "zh")]


def numbers_initial(limits) -> dict:
    """What the table of numbers shows; a limit without a number keeps its unit from the suggestion."""
    initial = {}
    for limit in limits:
        unit = limit.unit or (limit.suggested.unit if limit.suggested else "working_day")
        initial |= {f"{limit.id}_amount": limit.value, f"{limit.id}_unit": unit, f"{limit.id}_seen": editing.fingerprint(limit)}
    return initial


@version_page
@require_POST
def numbers(request, version):
    """The numbers of all limits at once."""
    content = content_of(version)
    owed = [limit for limit in content.limits if limit.rule.is_ours and not limit.counts]
    form = NumbersForm(request.POST, limits=owed)
    if not form.is_valid():
        context = {
            "version": version,
            "page": "limits",
            "page_heading": selectors.PART_HEADINGS["limits"],
            "groups": [],
            "form": form,
            "is_draft": True,
            "drawn_at": reverse("authoring:page", kwargs={"number": version.number, "page": "limits"}),
        }
        return render(request, "policy/manage/part.html", context)
    try:
        services.set_numbers(version=version, numbers=form.numbers(), seen=form.seen(), by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
    except services.ChangedMeanwhile:
        messages.warning(request, _("A colleague changed one of these limits meanwhile. Nothing was overwritten; look again."))
    except WrongState:
        messages.error(request, _("This version is no draft any more. Nothing was saved."))
    return redirect("authoring:page", number=version.number, page="limits")


@version_page
@require_POST
def remove(request, version, part: str, key: str):
    return _change(request, version, part, lambda **by: services.remove_item(part=part, key=key, seen=request.POST.get("seen", ""), **by))


@version_page
@require_POST
def move(request, version, part: str, key: str):
    step = -1 if request.POST.get("way") == "up" else 1
    seen = request.POST.get("seen", "")
    return _change(request, version, part, lambda **by: services.move_item(part=part, key=key, step=step, seen=seen, **by))


def _change(request, version, part: str, service):
    if part not in editing.LISTS:
        raise Http404
    try:
        service(version=version, by=request.user, now=timezone.now())
    except (services.ChangedMeanwhile, editing.NoSuchItem):
        messages.warning(request, _("A colleague changed this meanwhile. Nothing was overwritten; look again."))
    except WrongState:
        messages.error(request, _("This version is no draft any more. Nothing was saved."))
    return redirect("authoring:page", number=version.number, page=selectors.page_of(part))


@version_page
@require_POST
def confirm(request, version, part: str, key: str):
    """Vouch for one fact."""
    try:
        services.confirm_fact(version=version, part=part, key=key, by=request.user, now=timezone.now())
    except editing.NoSuchItem:
        raise Http404 from None
    except WrongState:
        messages.error(request, _("This version is no draft any more. Nothing was saved."))
    return redirect("authoring:facts", number=version.number)
