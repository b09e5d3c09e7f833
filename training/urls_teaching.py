"""Courses, who has them and what they say (/m/training/), for training administrators."""

from django.urls import path

from training.views import coverage, drafting, person, publishing, teaching

app_name = "teaching"
_WORDS, _CHAPTERS, _PARTS = ({"kind": kind} for kind in ("words", "chapters", "parts"))

urlpatterns = [
    path("", teaching.listing, name="courses"),
    path("new/", teaching.new, name="new"),
    path("overdue/", coverage.overdue, name="overdue"),
    path("people/", person.find, name="find"),
    path("people/<uuid:employee_id>/", person.show, name="person"),
    path("people/<uuid:employee_id>/give/", person.give, name="person_give"),
    path("people/<uuid:employee_id>/away/", person.away, name="person_away"),
    path("people/<uuid:employee_id>/away/<int:absence_id>/end/", person.returned, name="person_returned"),
    path("people/<uuid:employee_id>/<uuid:assignment_id>/move/", person.move, name="person_move"),
    path("people/<uuid:employee_id>/<uuid:assignment_id>/back/", person.take_back, name="person_back"),
    path("c/<slug:code>/", teaching.course, name="course"),
    path("c/<slug:code>/coverage/", coverage.board, name="coverage"),
    path("c/<slug:code>/people/", coverage.people, name="people"),
    path("c/<slug:code>/list/", coverage.file, name="list"),
    path("c/<slug:code>/answers/", teaching.answers, name="answers"),
    path("c/<slug:code>/retire/", teaching.retire, name="retire"),
    path("c/<slug:code>/start/", teaching.start, name="start"),
    path("c/<slug:code>/draft/", drafting.overview, name="draft"),
    path("c/<slug:code>/draft/words/", drafting.edit, _WORDS, name="words"),
    path("c/<slug:code>/draft/chapters/<slug:item>/", drafting.edit, _CHAPTERS, name="chapter"),
    path("c/<slug:code>/draft/chapters/<slug:item>/move/", drafting.move, _CHAPTERS, name="chapter_move"),
    path("c/<slug:code>/draft/chapters/<slug:item>/remove/", drafting.remove, _CHAPTERS, name="chapter_remove"),
    path("c/<slug:code>/draft/parts/<slug:item>/", drafting.edit, _PARTS, name="part"),
    path("c/<slug:code>/draft/parts/<slug:item>/move/", drafting.move, _PARTS, name="part_move"),
    path("c/<slug:code>/draft/parts/<slug:item>/remove/", drafting.remove, _PARTS, name="part_remove"),
    path("c/<slug:code>/draft/publish/", publishing.publish, name="publish"),
    path("c/<slug:code>/draft/discard/", drafting.discard, name="discard"),
    path("c/<slug:code>/v/<int:version>/<int:number>/", publishing.look, name="look"),
]
