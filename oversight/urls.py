"""Addresses of oversight, and the health page."""

from django.urls import include, path

from oversight import reviews, views, views_objections, views_training

oversight = (
    [
        path("", views.index, name="index"),
        path("late/", views.late, name="late"),
        path("training/", views_training.training, name="training"),
        path("training/<slug:code>/", views_training.answers, name="training_answers"),
        path("c/<slug:ref>/", views.case, name="case"),
        path("c/<slug:ref>/answer/<uuid:pk>/", views.answer, name="answer"),
        path("c/<slug:ref>/question/<uuid:pk>/", views.answer_question, name="answer_question"),
        path("c/<slug:ref>/objection/<uuid:pk>/", views_objections.objection, name="objection"),
        path("c/<slug:ref>/call-in/", views.call_in, name="call_in"),
        path("c/<slug:ref>/reassign/", views.reassign, name="reassign"),
        path("c/<slug:ref>/reviews/", reviews.reviews, name="reviews"),
        path("c/<slug:ref>/reviews/<uuid:review_id>/", reviews.act, name="review_act"),
        path("c/<slug:ref>/refuse/<int:pk>/", views.refuse, name="refuse"),
    ],
    "oversight",
)

urlpatterns = [
    path("health/", views.health_page, name="health"),
    path("o/", include(oversight)),
]
