"""Addresses of handling: /w/ one's own work, /c/<reference>/ one case."""

from django.urls import include, path

from investigations.urls_decisions import decide_urls, outcome_urls
from investigations.views import case, change, dates, names, printing, record, taking_on, triage, work

work_urls = (
    [
        path("", work.my_work, name="my_work"),
        path("cases/", work.cases, name="cases"),
        path("calendar/", work.calendar, name="calendar"),
        path("search/", work.search, name="search"),
        path("regrants/", work.regrants, name="regrants"),
        path("regrants/<str:ref>/<int:user_id>/", work.regrant, name="regrant"),
        path("no-keys/", work.no_keys, name="no_keys"),
        path("handed-over/", work.handed_over, name="handed_over"),
        path("stepped-back/", work.stepped_back, name="stepped_back"),
        path("shut-out/", work.shut_out, name="shut_out"),
        path("with-oversight/", work.given_to_oversight, name="given_to_oversight"),
        path("record/", record.start, name="record"),
        path("record/check/", record.check, name="record_check"),
        path("record/slip/", record.slip, name="record_slip"),
        path("record/<str:page_id>/", record.page, name="record_page"),
    ],
    "work",
)

case_urls = (
    [
        path("", case.overview, name="overview"),
        path("conflict/", triage.conflict, name="conflict"),
        path("triage/", triage.triage, name="triage"),
        path("triage/<str:step>/", triage.step, name="step"),
        path("names/", names.name_list, name="names"),
        path("names/<int:number>/", names.name, name="name"),
        path("report/", case.report, name="report"),
        path("timeline/", case.timeline, name="timeline"),
        path("tasks/", case.task_page, name="tasks"),
        path("tasks/add/", change.add_task, name="add_task"),
        path("tasks/<uuid:task_id>/", change.edit_task, name="edit_task"),
        path("dates/<int:deadline_id>/", dates.extend, name="extend"),
        path("dates/<int:deadline_id>/reason/", dates.late_reason, name="late_reason"),
        path("people/", case.people_page, name="people"),
        path("people/add/", change.add_person, name="add_person"),
        path("people/reveal/", case.reveal, name="reveal"),
        path("people/<uuid:person_id>/", change.edit_person, name="edit_person"),
        path("files/", case.file_page, name="files"),
        path("files/<int:number>/", case.download, name="download"),
        path("files/<int:number>/check/", case.check_file, name="check_file"),
        path("measures/", case.measures, name="measures"),
        path("measures/add/", change.own_measure, name="own_measure"),
        path("measures/wish/<uuid:wish_id>/", change.answer_wish, name="answer_wish"),
        path("measures/<uuid:measure_id>/", change.review_measure, name="review_measure"),
        path("messages/", case.message_page, name="messages"),
        path("access/", case.access_page, name="access"),
        path("preview/", case.preview, name="preview"),
        path("print/", printing.print_case, name="print"),
        path("take-on/", taking_on.accept, name="take_on"),
        path("handover/", change.hand_over, name="handover"),
        path("", include("investigations.urls_referrals")),
        path("", include("investigations.urls_informal")),
        path("", include("investigations.urls_joining")),
        path("way/", change.way, name="way"),
        path("oversight/", change.ask_oversight, name="ask_oversight"),
        path("", include("investigations.urls_findings")),
        path("", include("investigations.urls_decisions")),
        path("", include("investigations.urls_evidence")),
        path("", include("investigations.urls_plan")),
        path("", include("investigations.urls_aftercare")),
        path("", include("investigations.urls_parties")),
        path("", include("investigations.urls_talks")),
    ],
    "case",
)

urlpatterns = [
    path("f/", include("investigations.urls_checkin")),
    path("f/", include("investigations.urls_own")),
    path("w/", include(work_urls)),
    path("c/<str:ref>/", include(case_urls)),
    path("d/<str:ref>/", include(decide_urls)),
    path("f/", include(outcome_urls)),
    path("s/", include("investigations.urls_party")),
]
