"""A version on its way: comments, review, approval by a second person, publication."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from policy import authoring_selectors as selectors
from policy import services
from policy.forms.authoring import CommentForm, PublishForm
from policy.models import PolicyComment, PolicyState
from policy.selectors import content_of, policy_in_force
from policy.services import editing
from policy.views.door import version_page


@version_page
@require_http_methods(["GET", "POST"])
def comments(request, version):
    """Everything reviewers said, and one more."""
    form = CommentForm(request.POST or None, initial={"part": request.GET.get("part", ""), "key": request.GET.get("key", "")})
    if request.method == "POST" and form.is_valid():
        part, key = form.cleaned_data["part"] or "words", form.cleaned_data["key"]
        try:
            editing.comment(version=version, part=part, key=key, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
        except services.WrongState:
            messages.error(request, _("This version can’t be commented on any more."))
        return redirect("authoring:comments", number=version.number)
    about = selectors.title_of(content_of(version), form["part"].value() or "", form["key"].value() or "")
    context = {
        "version": version,
        "form": form,
        "about": about,
        "comments": selectors.all_comments(version),
        "headings": selectors.PART_HEADINGS,
        "open": version.state in (PolicyState.DRAFT, PolicyState.IN_REVIEW),
    }
    return render(request, "policy/manage/comments.html", context)


@version_page
@require_POST
def settle(request, version, comment_id: int):
    try:
        editing.settle_comment(version=version, comment_id=comment_id, by=request.user, now=timezone.now())
    except PolicyComment.DoesNotExist:
        raise Http404 from None
    return redirect("authoring:comments", number=version.number)


@version_page
@require_POST
def submit(request, version):
    return _step(request, version, services.submit, _("It is in review now."))


@version_page
@require_POST
def back(request, version):
    return _step(request, version, services.send_back, _("It is a draft again."))


@version_page
@require_POST
def approve(request, version):
    return _step(request, version, services.approve, _("Approved. It can be published."))


def _step(request, version, service, done: str):
    try:
        service(version=version, by=request.user, now=timezone.now())
        messages.success(request, done)
    except services.SamePerson:
        messages.error(request, _("Whoever wrote a part of it can’t approve it. Ask somebody else."))
    except services.NotReady as problem:
        messages.error(
            request,
            _("It can’t be approved yet. Still missing: %(count)s. The list below leads to each place.") % {"count": len(problem.lacks)},
        )
    except services.WrongState:
        messages.error(request, _("A colleague has moved this version on meanwhile. Nothing was changed."))
    return redirect("authoring:version", number=version.number)


@version_page
@require_http_methods(["GET", "POST"])
def publish(request, version):
    """The page before publishing says what happens and from when; only its own button publishes."""
    if version.state != PolicyState.APPROVED:
        return redirect("authoring:version", number=version.number)
    form = PublishForm(request.POST or None, initial={"effective_date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.publish(version=version, effective_date=form.cleaned_data["effective_date"], by=request.user, now=timezone.now())
        except services.DateBehindUs:
            form.add_error("effective_date", _("Choose today or a later day: reports of a past day were promised something else"))
        except services.NotReady as problem:
            for lack in problem.lacks:
                form.add_error(None, lack.text)
        except (services.WrongState, services.SamePerson):
            messages.error(request, _("A colleague has moved this version on meanwhile. Nothing was changed."))
            return redirect("authoring:version", number=version.number)
        else:
            messages.success(request, _("Published."))
            return redirect("authoring:version", number=version.number)
    context = {"version": version, "form": form, "content": content_of(version), "in_force": policy_in_force(timezone.now())}
    return render(request, "policy/manage/publish.html", context)
