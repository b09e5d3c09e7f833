"""From findings to a report: second reader, comments of both sides, two renderings, and the step after which it is final."""

from django.contrib import messages as page_notes
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from complaints.services.access import NotFreeOfConflict, NoVaultKeys
from complaints.services.state import StepNotAllowed
from investigations.forms import findings as forms
from investigations.models import Rendering, Report
from investigations.selectors_findings import body_of, is_reported, reports_of
from investigations.services import allegations, calling, commenting, findings, investigating, reporting
from investigations.services.changed import SavedMeanwhile
from investigations.services.reading import team_keys
from investigations.views.change import _compare, _form_page, _labels
from investigations.views.door import PLAN, case_page, posted
from investigations.views.findings import final_note, investigated
from investigations.views.frame import frame
from people.wording import listed
from policy import pdf
from policy.vocabulary import STANDARDS_OF_PROOF

# What comes before the findings are ready, in words.
PROBLEMS = {
    "findings": _("Every allegation needs a finding, and there must be one."),
    "second_reader": _("Somebody who wrote none of the findings has to read them."),
    "comments": _("Both sides have to be asked for their comments."),
    "comments_open": _("The time for comments is running, and not everybody has answered."),
    "report_full": _("The full report is not made yet."),
    "report_identity_free": _("The report without identities is not made yet."),
    "outdated_full": _("Something changed after the full report was made. Make it again."),
    "outdated_identity_free": _("Something changed after the report without identities was made. Make it again."),
}


@case_page()
def finding_list(request, case):
    investigation = investigated(case)
    opened = findings.open_findings(**case.reach)
    comments = commenting.state_of_comments(complaint=case.complaint, investigation=investigation, today=case.today)
    problems = reporting.ready_problems(complaint=case.complaint, investigation=investigation, today=case.today)
    body = body_of(case.complaint)
    context = frame(
        case,
        "findings",
        findings=opened,
        investigation=investigation,
        final=is_reported(investigation),
        standard=STANDARDS_OF_PROOF[body.standard_of_proof],
        second_needed=body.second_reader,
        complete=findings.complete(investigation),
        may_read_second=findings.may_read_second(investigation, case.user),
        readers=[seat.user.display_name for seat in findings.possible_readers(case.complaint)],
        comments=comments,
        said=commenting.open_comments(**case.reach),
        reports=reports_of(investigation),
        problems=[PROBLEMS[each] for each in problems],
        renderings=Rendering.choices,
    )
    return render(request, "case/findings.html", context)


@case_page(PLAN)
def second_reader(request, case):
    """Somebody who wrote none of the findings says that they read them all."""
    investigated(case)
    if request.method == "POST":
        try:
            findings.read_second(**case.reach)
            page_notes.success(request, gettext("Noted: you have read the findings."))
        except findings.OwnWork:
            page_notes.info(request, gettext("You wrote one of the findings. Somebody else of the team reads them as the second person."))
        except findings.NotReadable:
            page_notes.info(request, gettext("Not every allegation has a finding yet, so there is nothing to read a second time."))
        except findings.NoSecondReader:
            page_notes.info(request, gettext("The findings were read by a second person already, or the policy asks for none."))
        except allegations.Final:
            return final_note(request, case)
    return redirect("case:findings", ref=case.ref)


@case_page(PLAN)
def call_reader(request, case):
    """Ask a colleague without a seat to read the findings."""
    if is_reported(investigated(case)):
        return final_note(request, case)
    people = calling.possible_readers(complaint=case.complaint, keyring=case.keyring, now=case.now)
    form = forms.CallForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            calling.call_reader(**case.reach, to=form.person)
            page_notes.success(request, gettext("They have been asked, and can open the case now."))
            return redirect("case:findings", ref=case.ref)
        except (NotFreeOfConflict, NoVaultKeys, calling.NoFreeReader):
            form.add_error("to", gettext("This person can’t take it any more. Choose somebody else"))
    return _form_page(
        request,
        case,
        form,
        gettext("Ask somebody to read them"),
        back="findings",
        button=gettext("Ask them"),
        template="case/call_form.html",
        people=people,
        kept_out=calling.kept_out_readers(complaint=case.complaint, keyring=case.keyring, now=case.now),
    )


@case_page(PLAN)
def comments(request, case):
    """Show both sides what was found, and give them time to comment."""
    if is_reported(investigated(case)):
        return final_note(request, case)
    people = commenting.recipients(complaint=case.complaint, keyring=case.keyring)
    missing = commenting.without_code(case.complaint, findings.open_findings(**case.reach))
    form = forms.CommentsForm(posted(request), people=people, reason_needed=bool(missing))
    if request.method == "POST" and form.is_valid():
        try:
            commenting.ask_comments(**case.reach, texts=form.texts(), why_not=form.cleaned_data["why_not"], token=form.token)
            return redirect("case:findings", ref=case.ref)
        except commenting.NotAsked:
            form.add_error("why_not", gettext("Say why somebody is not shown the findings here"))
        except commenting.SecondReaderFirst:
            form.add_error(None, PROBLEMS["second_reader"])
        except findings.NotReadable:
            form.add_error(None, PROBLEMS["findings"])
        except allegations.Final:
            return final_note(request, case)
    return _form_page(
        request,
        case,
        form,
        gettext("Ask both sides for their comments"),
        back="findings",
        button=gettext("Show it to them"),
        template="case/comments_form.html",
        missing=missing,
        body=body_of(case.complaint),
    )


@case_page(PLAN)
def report_form(request, case, rendering: str, lang: str):
    """Write the report: composed from what is there, then in the words of whoever writes it."""
    investigation = investigated(case)
    if rendering not in Rendering.values or lang not in ("en", "zh-hans"):
        raise Http404
    if is_reported(investigation):
        return final_note(request, case)
    reach = {"complaint": case.complaint, "keyring": case.keyring, "rendering": rendering, "language": lang}
    newest = reporting.open_newest(**reach)
    body = {"title": newest.title, "parts": newest.parts} if newest and request.GET.get("anew") != "1" else reporting.compose(**reach)
    initial = {"title": body["title"], "after": newest.row.number if newest else 0}
    initial |= {name: part["text"] for name, part in zip(reporting.PARTS, body["parts"], strict=True)}
    with override(lang):
        form = forms.ReportForm(posted(request), initial=initial)
        for name in ("title", *reporting.PARTS):
            form.fields[name].widget.attrs["lang"] = lang
    if request.method == "POST" and form.is_valid() and request.POST.get("go") == "save":
        data = form.cleaned_data
        mine = {"title": data["title"]} | {name: data[name] for name in reporting.PARTS}
        try:
            reporting.make_report(
                **case.reach,
                rendering=rendering,
                language=lang,
                title=data["title"],
                texts=[data[name] for name in reporting.PARTS],
                after=data["after"] or 0,
                final=data["final"],
                token=form.token,
                today=case.today,
            )
            return redirect("case:findings", ref=case.ref)
        except reporting.NamesLeft as error:
            words = gettext("This still says who somebody is: %(names)s. Write the role instead")
            form.add_error(None, words % {"names": listed(error.names)})
        except reporting.NotReady as error:
            for problem in error.problems:
                form.add_error("final", PROBLEMS[problem])
        except SavedMeanwhile as error:
            form.data = form.data.copy()
            form.data["after"] = str(error.row.number)
            labels = {name: label for name, label in _labels(form).items() if name in mine}
            return _compare(request, case, form, error, back="findings", mine=mine, labels=labels, go="save")
        except allegations.Final:
            return final_note(request, case)
    return _form_page(
        request,
        case,
        form,
        Rendering(rendering).label,
        back="findings",
        button=gettext("Save"),
        template="case/report_form.html",
        rendering=rendering,
        report_lang=lang,
        newest=newest,
    )


@case_page()
def report_page(request, case, report_id):
    return _report(request, case, report_id, "case/report_view.html")


def _report(request, case, report_id, template):
    investigated(case)
    try:
        keys = team_keys(complaint=case.complaint, keyring=case.keyring).file
        opened = reporting.open_report_row(**case.reach_without("keyring"), keys=keys, report_id=report_id)
    except Report.DoesNotExist:
        raise Http404 from None
    return render(request, template, frame(case, part_of="findings", report=opened, pdf=pdf.available()))


@case_page()
def report_pdf(request, case, report_id):
    """The same report as a file, marked with who took it and when."""
    investigated(case)
    keys = team_keys(complaint=case.complaint, keyring=case.keyring).file
    return paper(case, keys, report_id)


def paper(case, keys, report_id) -> HttpResponse:
    """The PDF of one report for whoever reached `case`. Raises Http404."""
    if not pdf.available():
        raise Http404
    try:
        opened = reporting.open_report_row(**case.reach_without("keyring"), keys=keys, report_id=report_id, exported=True)
    except Report.DoesNotExist:
        raise Http404 from None
    with override(opened.row.language):
        html = render_to_string("case/report_paper.html", {"report": opened, "case": case, "language": get_language()})
    content = pdf.render(html, pdf.stylesheet("report.css"))
    name = f"report-{case.ref}-{opened.row.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@case_page(PLAN)
def ready(request, case):
    """The interruption page before the findings are final."""
    investigation = investigated(case)
    if is_reported(investigation):
        return final_note(request, case)
    problems = reporting.ready_problems(complaint=case.complaint, investigation=investigation, today=case.today)
    if request.method == "POST":
        try:
            reporting.findings_ready(**case.reach, today=case.today)
            page_notes.success(request, gettext("The findings are ready. Now somebody who took no part decides."))
            return redirect("case:findings", ref=case.ref)
        except reporting.NotReady as error:
            problems = list(error.problems)
        except (StepNotAllowed, investigating.StepNotAllowed):
            page_notes.info(request, gettext("This step does not follow from where the case is now."))
            return redirect("case:findings", ref=case.ref)
        except allegations.Final:
            return final_note(request, case)
    context = frame(case, part_of="findings", problems=[PROBLEMS[each] for each in problems], investigation=investigation)
    return render(request, "case/ready.html", context)
