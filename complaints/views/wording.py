"""Wording the questions anew (D12): for policy administrators. Nothing anybody typed is lost; two editors never overwrite each other."""

from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import wording_selectors as selectors
from complaints.forms.wording import PublishWordingForm, WordingForm
from complaints.models import WordingState
from complaints.questions.flow import PARTS, SLOTS
from complaints.services import wording as services
from complaints.wording_words import LANGUAGE_WORDS, flaw_words, page_words, section_words, slot_of, slot_words
from people.decorators import staff_required
from people.models import Role
from policy.diff import pieces

policy_admin = staff_required(Role.POLICY_ADMIN)


def version_page(view):
    """Hand the version with the number of the address to `view(request, version, …)`; 404 where there is none."""

    @policy_admin
    @wraps(view)
    def guarded(request, number: int, **kwargs):
        version = selectors.version_numbered(number)
        if version is None or kwargs.get("page_id", PARTS) not in SLOTS:
            raise Http404
        return view(request, version, **kwargs)

    return guarded


@policy_admin
@require_safe
def versions(request):
    """What is in force, the draft, and everything before."""
    in_force, draft = selectors.published(), selectors.draft()
    rows = [each for each in selectors.versions() if each.pk != in_force.pk and each.state != WordingState.DRAFT]
    edit = selectors.last_edit(draft) if draft else None
    return render(request, "wording/versions.html", {"in_force": in_force, "draft": draft, "edit": edit, "rows": rows})


@policy_admin
@require_POST
def new(request):
    """To the draft, which begins as what is in force; there is never more than one."""
    draft = services.start(by=request.user, now=timezone.now())
    return redirect("wording:version", number=draft.number)


@version_page
@require_safe
def version(request, version):
    """Every page of the questions: what was worded anew, what is missing, what is heavy."""
    texts, lang = selectors.texts_of(version), get_language()
    other = selectors.texts_of(selectors.before(version))
    changed, lacking = selectors.changed_pages(texts, other), selectors.flaws(texts)

    def row(page_id: str) -> dict:
        return {
            "page_id": page_id,
            "words": page_words(page_id, texts, lang),
            "changed": page_id in changed,
            "lacking": len(lacking.get(page_id, ())),
            "heavy": len(selectors.hints(texts, page_id)),
        }

    context = _about(version) | {
        "sections": [{"name": name, "rows": [row(page_id) for page_id in ids]} for name, ids in section_words(texts, lang)],
        "parts": row(PARTS),
        "lacking": sum(map(len, lacking.values())),
        "changed": len(changed),
    }
    return render(request, "wording/version.html", context)


def _about(version) -> dict:
    return {
        "version": version,
        "is_draft": version.state == WordingState.DRAFT,
        "is_in_force": version.content_hash == selectors.published().content_hash,
    }


@policy_admin
@require_http_methods(["GET", "POST"])
def page(request, number: int, page_id: str):
    """The texts of one page, to be written (a draft) or read. What was typed for a draft that is gone is given back."""
    version = selectors.version_numbered(number)
    if page_id not in SLOTS or (version is None and request.method != "POST"):
        raise Http404
    version = version or selectors.published()
    stored = selectors.texts_of(version)
    seen = selectors.fingerprint(stored, page_id)
    form = WordingForm(request.POST if request.method == "POST" else None, slots=SLOTS[page_id], texts=stored, seen=seen)
    if request.method == "POST" and version.state != WordingState.DRAFT:
        return _page(request, version, page_id, form, is_gone=True, status=409)
    if request.method == "POST" and form.is_valid():
        return _save(request, version, page_id, form)
    return _page(request, version, page_id, form)


def _save(request, version, page_id: str, form):
    try:
        services.save_page(
            version=version, page_id=page_id, texts=form.texts(), seen=form.cleaned_data["seen"], by=request.user, now=timezone.now()
        )
    except services.ChangedMeanwhile as problem:
        return _compare(request, version, page_id, form, problem)
    except services.WrongState:
        return _page(request, version, page_id, form, is_gone=True, status=409)
    if request.POST.get("go") == "look" and page_id != PARTS:
        return redirect("wording:preview", number=version.number, page_id=page_id)
    messages.success(request, _("Saved."))
    return redirect("wording:page", number=version.number, page_id=_after(page_id) if request.POST.get("go") == "next" else page_id)


def _after(page_id: str) -> str:
    order = list(SLOTS)
    return order[min(order.index(page_id) + 1, len(order) - 1)]


def _page(request, version, page_id: str, form, *, is_gone: bool = False, status: int = 200):
    texts = selectors.texts_of(version)
    order, flaws = list(SLOTS), selectors.flaws(texts).get(page_id, [])
    place = order.index(page_id)
    context = _about(version) | {
        "page_id": page_id,
        "page_heading": page_words(page_id, texts, get_language()),
        "form": form,
        "rows": form.rows(),
        "lacking": [_flaw(page_id, each) for each in flaws],
        "heavy": [_flaw(page_id, each) for each in selectors.hints(texts, page_id)],
        "is_gone": is_gone,
        "previous": order[place - 1] if place else "",
        "following": order[place + 1] if place + 1 < len(order) else "",
        "has_preview": page_id != PARTS,
    }
    return render(request, "wording/page.html", context, status=status)


def _flaw(page_id: str, flaw) -> dict:
    slot = slot_of(page_id, flaw.key)
    return {"where": f"{slot_words(slot)} ({LANGUAGE_WORDS[flaw.language]})" if slot else "", "words": flaw_words(flaw)}


def _compare(request, version, page_id: str, form, problem):
    """Both side by side; saving again knowingly puts mine on top of what is stored now."""
    form.data = form.data.copy()
    form.data["seen"] = selectors.fingerprint(problem.stored, page_id)
    mine, edit = form.texts(), problem.edit
    context = {
        "version": version,
        "page_id": page_id,
        "page_heading": page_words(page_id, problem.stored, get_language()),
        "form": form,
        "rows": [_both(slot, problem.stored[slot.key], mine[slot.key]) for slot in SLOTS[page_id]],
        "who": edit.by.display_name if edit else "",
        "minutes": max(1, round((timezone.now() - edit.at).total_seconds() / 60)) if edit else 0,
    }
    return render(request, "wording/compare.html", context, status=409)


def _both(slot, stored, mine) -> dict:
    texts = zip(LANGUAGE_WORDS.items(), stored, mine, strict=True)
    return {
        "title": slot_words(slot),
        "texts": [{"lang": code, "name": name, "stored": a, "mine": b, "differs": a != b} for (code, name), a, b in texts],
    }


@version_page
@require_safe
def changes(request, version):
    """Word by word what this version says differently."""
    other = selectors.before(version)
    old, new = selectors.texts_of(other), selectors.texts_of(version)
    pages = [_page_changes(page_id, old, new) for page_id in selectors.changed_pages(new, old)]
    return render(request, "wording/changes.html", _about(version) | {"other": other, "pages": pages})


def _page_changes(page_id: str, old, new) -> dict:
    lines = [
        {"title": slot_words(slot), "lang": code, "name": name, "pieces": pieces(a, b)}
        for slot in SLOTS[page_id]
        for (code, name), a, b in zip(LANGUAGE_WORDS.items(), old[slot.key], new[slot.key], strict=True)
        if a != b
    ]
    return {"words": page_words(page_id, new, get_language()), "lines": lines}


@version_page
@require_http_methods(["GET", "POST"])
def publish(request, version):
    """What publishing means and what still stands in its way; then it is in force for reports begun from now on."""
    if version.state != WordingState.DRAFT:
        return redirect("wording:version", number=version.number)
    form = PublishWordingForm(request.POST or None, initial={"row_version": version.row_version})
    problem = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.publish(version=version, row_version=form.cleaned_data["row_version"], by=request.user, now=timezone.now())
            messages.success(request, _("Published. Reports begun from now on are asked in these words."))
            return redirect("wording:versions")
        except services.ChangedMeanwhile as met:
            problem = _("%(name)s saved a change while this page was open. Look at it, then publish again.") % {
                "name": met.edit.by.display_name if met.edit else _("A colleague")
            }
        except services.NothingNew:
            problem = _("It says word by word what is in force already.")
        except services.WrongState:
            messages.error(request, _("This version is no draft any more. Nothing was saved."))
            return redirect("wording:versions")
        except services.NotReady:
            problem = _("Something is still missing. Nothing was published.")
    return _publish_page(request, version, problem)


def _publish_page(request, version, problem: str):
    # Read anew: the page shows the draft as it is now, and its number of the row belongs to that.
    version = selectors.version_numbered(version.number) or version
    texts, lang = selectors.texts_of(version), get_language()
    lacking = [
        {"page_id": page_id, "words": page_words(page_id, texts, lang), "flaws": [_flaw(page_id, each) for each in flaws]}
        for page_id, flaws in selectors.flaws(texts).items()
    ]
    changed = selectors.changed_pages(texts, selectors.texts_of(selectors.published()))
    context = _about(version) | {
        "form": PublishWordingForm(initial={"row_version": version.row_version}),
        "lacking": lacking,
        "changed": [{"page_id": each, "words": page_words(each, texts, lang)} for each in changed],
        "extra_errors": [problem] if problem else [],
    }
    return render(request, "wording/publish.html", context, status=409 if problem else 200)


@version_page
@require_POST
def discard(request, version):
    try:
        services.discard(version=version, by=request.user, now=timezone.now())
        messages.success(request, _("The draft was thrown away. What is in force stays as it is."))
    except services.WrongState:
        messages.error(request, _("This version is no draft any more. Nothing was saved."))
    return redirect("wording:versions")
