"""Addresses of allegations, findings and reports, inside one case."""

from django.urls import path

from investigations.views import findings, reporting

urlpatterns = [
    path("allegations/", findings.allegation_list, name="allegations"),
    path("allegations/add/", findings.add_allegation, name="add_allegation"),
    path("allegations/<uuid:allegation_id>/", findings.edit_allegation, name="edit_allegation"),
    path("allegations/<uuid:allegation_id>/aside/", findings.drop_allegation, name="drop_allegation"),
    path("allegations/<uuid:allegation_id>/bears/", findings.add_bears, name="add_bears"),
    path("allegations/<uuid:allegation_id>/bears/<uuid:bears_id>/", findings.edit_bears, name="edit_bears"),
    path("findings/", reporting.finding_list, name="findings"),
    path("findings/<uuid:allegation_id>/", findings.edit_finding, name="edit_finding"),
    path("findings/second/", reporting.second_reader, name="second_reader"),
    path("findings/reader/", reporting.call_reader, name="call_reader"),
    path("findings/comments/", reporting.comments, name="comments"),
    path("findings/report/<slug:rendering>/<slug:lang>/", reporting.report_form, name="report_form"),
    path("findings/reports/<uuid:report_id>/", reporting.report_page, name="report_row"),
    path("findings/reports/<uuid:report_id>/paper/", reporting.report_pdf, name="report_pdf"),
    path("findings/ready/", reporting.ready, name="ready"),
]
