"""Addresses of the plan, below /c/<reference>/."""

from django.urls import path

from investigations.views import plan

urlpatterns = [
    path("plan/", plan.overview, name="plan"),
    path("plan/aims/", plan.aims, name="plan_aims"),
    path("plan/add/<str:line>/", plan.add, name="plan_add"),
    path("plan/from/<str:conduct>/", plan.suggestions, name="plan_suggestions"),
    path("plan/step/<str:to>/", plan.step, name="plan_step"),
    path("plan/records/", plan.ask_records, name="records_ask"),
    path("plan/records/<uuid:request_id>/", plan.answer_records, name="records_answer"),
    path("plan/records/<uuid:request_id>/letter/", plan.letter, name="records_letter"),
    path("plan/<uuid:line_id>/", plan.change, name="plan_line"),
    path("plan/<uuid:line_id>/move/", plan.move, name="plan_move"),
]
