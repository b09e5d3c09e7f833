"""Completions earned elsewhere (/m/training/): live sessions and who was there, imported lists, other learning
systems, packages for them, the records."""

from django.urls import path

from training.views import attendance, importing, packages, sessions, systems

app_name = "records"

urlpatterns = [
    path("sessions/", sessions.listing, name="sessions"),
    path("sessions/new/", sessions.new, name="session_new"),
    path("sessions/<uuid:session_id>/", sessions.show, name="session"),
    path("sessions/<uuid:session_id>/edit/", sessions.edit, name="session_edit"),
    path("sessions/<uuid:session_id>/cancel/", sessions.cancel, name="session_cancel"),
    path("sessions/<uuid:session_id>/sheet/", sessions.sheet_add, name="sheet_add"),
    path("sessions/<uuid:session_id>/sheet/<uuid:sheet_id>/", sessions.sheet, name="sheet"),
    path("sessions/<uuid:session_id>/people/", attendance.record, name="attendance"),
    path("sessions/<uuid:session_id>/people/<int:attendance_id>/back/", attendance.take_back, name="attendance_back"),
    path("import/", importing.upload, name="import"),
    path("import/<uuid:file_id>/", importing.check, name="import_check"),
    path("records/", importing.records, name="records"),
    path("records/<uuid:completion_id>/back/", importing.record_back, name="record_back"),
    path("systems/", systems.listing, name="systems"),
    path("systems/<uuid:system_id>/", systems.show, name="system"),
    path("systems/<uuid:system_id>/token/", systems.token, name="token"),
    path("systems/<uuid:system_id>/revoke/", systems.revoke, name="token_revoke"),
    path("systems/<uuid:system_id>/activities/<int:activity_id>/remove/", systems.unmap, name="unmap"),
    path("systems/<uuid:system_id>/waiting/", systems.waiting, name="waiting"),
    path("systems/<uuid:system_id>/waiting/<int:row_id>/", systems.settle, name="settle"),
    path("systems/<uuid:system_id>/waiting/<int:row_id>/aside/", systems.aside, name="aside"),
    path("packages/", packages.listing, name="packages"),
    path("packages/<slug:code>/", packages.download, name="package"),
]
