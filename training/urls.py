"""Training (/t/): for everybody with an account; the check of a certificate for everybody at all.

Courses come last: their codes are whatever is no other page (`services.courses.RESERVED_CODES`).
"""

from django.urls import path

from training.views import certificate, course, files, play, questions

app_name = "training"

urlpatterns = [
    path("", course.mine, name="mine"),
    path("check/", certificate.check, name="check"),
    path("certificate/<uuid:completion_id>/", certificate.show, name="certificate"),
    path("certificate/<uuid:completion_id>/pdf/", certificate.pdf_file, name="certificate_pdf"),
    path("file/<uuid:file_id>/", files.file, name="file"),
    path("questions/", questions.mine, name="questions"),
    path("questions/<uuid:question_id>/", questions.asked, name="question"),
    path("answers/", questions.to_answer, name="answers"),
    path("answers/<uuid:question_id>/", questions.answer, name="answer"),
    path("team/", course.team, name="team"),
    path("<slug:code>/", course.course, name="course"),
    path("<slug:code>/<int:number>/", play.part, name="part"),
    path("<slug:code>/<int:number>/after/", play.after, name="after"),
]
