"""The questions of a campaign, editable until it starts."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from policy import campaign_selectors as selectors
from policy import comprehension
from policy.forms.campaigns import QuestionForm
from policy.selectors import section_words
from policy.services import campaigns as service
from policy.views.campaign_door import campaign_page, posted
from policy.views.campaign_words import section_choices
from policy.views.campaigns import changed_meanwhile, read_version


@campaign_page()
def listing(request: HttpRequest, campaign) -> HttpResponse:
    """Every question with its answers, in both languages."""
    headings = {section.key: section.heading for section in section_words(campaign.version, get_language())}
    rows = [(question, headings.get(question.section, "–")) for question in comprehension.read(campaign.questions)]
    context = {"campaign": campaign, "rows": rows, "may_add": len(rows) < comprehension.MOST_QUESTIONS}
    return render(request, "policy/campaign/questions.html", context)


@campaign_page(methods="both")
def edit(request: HttpRequest, campaign, question_id: str = "") -> HttpResponse:
    questions = comprehension.read(campaign.questions)
    found = next((each for each in questions if each.id == question_id), None)
    if campaign.state != "draft" or (question_id and found is None) or (not question_id and len(questions) >= comprehension.MOST_QUESTIONS):
        raise Http404
    sections = section_choices(section_words(campaign.version, get_language()))
    form = QuestionForm(*posted(request), sections=sections, question=found)
    if request.method == "POST" and form.is_valid():
        made = form.question(question_id or comprehension.new_id(questions))
        try:
            return _saved(request, campaign, comprehension.with_question(questions, made))
        except service.CampaignMoved:
            return _compare(request, campaign, form, question_id)
    return render(request, "policy/campaign/question.html", {"campaign": campaign, "form": form, "question": found})


def _compare(request: HttpRequest, campaign, form, question_id: str) -> HttpResponse:
    """Somebody else saved meanwhile: what was typed stays in the form, beside what is saved by now."""
    fresh = selectors.campaign(campaign.pk)
    saved = next((each for each in comprehension.read(fresh.questions) if each.id == question_id), None)
    context = {"campaign": fresh, "form": form, "question": saved, "changed": True}
    return render(request, "policy/campaign/question.html", context, status=409)


@campaign_page(methods="post")
def move_up(request: HttpRequest, campaign, question_id: str) -> HttpResponse:
    return _save(request, campaign, comprehension.moved_up(comprehension.read(campaign.questions), question_id))


@campaign_page(methods="post")
def remove(request: HttpRequest, campaign, question_id: str) -> HttpResponse:
    return _save(request, campaign, comprehension.without(comprehension.read(campaign.questions), question_id))


def _save(request: HttpRequest, campaign, questions) -> HttpResponse:
    try:
        return _saved(request, campaign, questions)
    except service.CampaignMoved:
        return changed_meanwhile(request, campaign)


def _saved(request: HttpRequest, campaign, questions) -> HttpResponse:
    service.save_questions(campaign=campaign, questions=questions, row_version=read_version(request), by=request.user, now=timezone.now())
    messages.success(request, _("The questions are saved."))
    return redirect("campaigns:questions", campaign.pk)
