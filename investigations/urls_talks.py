"""Talks of a case, included below /c/<reference>/."""

from django.urls import path

from investigations.views import talks

urlpatterns = [
    path("talks/", talks.talk_list, name="talks"),
    path("talks/add/", talks.add_talk, name="add_talk"),
    path("talks/<uuid:talk_id>/", talks.talk, name="talk"),
    path("talks/<uuid:talk_id>/edit/", talks.edit_talk, name="edit_talk"),
    path("talks/<uuid:talk_id>/guide/", talks.guide, name="talk_guide"),
    path("talks/<uuid:talk_id>/record/", talks.record, name="talk_record"),
    path("talks/<uuid:talk_id>/send/", talks.send, name="send_talk"),
    path("talks/<uuid:talk_id>/paper/", talks.on_paper, name="talk_on_paper"),
    path("talks/<uuid:talk_id>/cancel/", talks.cancel, name="cancel_talk"),
]
