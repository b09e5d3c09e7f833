"""“Someone handling this isn’t free to”: the reporter objects, sees that access rests, and reads what oversight decided."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints import followup_selectors as read
from complaints.public_words import role_words
from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language
from investigations.forms.objections import ObjectForm
from investigations.services import objections


@require_http_methods(["GET", "POST"])
@reporter_page()
def who(request, *, mine):
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw(request, mine, typed(ObjectForm, request, people=_people(mine))))
    form = ObjectForm(request.POST or None, people=_people(mine))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            objections.object_by_reporter(
                complaint=mine.complaint,
                keyring=mine.keyring,
                seat_id=objections.seat_id_of(mine.complaint, data["who"]),
                text=data["text"],
                token=form.token,
                now=mine.now,
            )
        except objections.NobodyToDecide:
            return _draw(request, mine, form)
        except objections.NoSuchSeat:
            form.add_error("who", _("This person does not handle it any more"))
        else:
            return redirect("own:who")
    return _draw(request, mine, form)


def _people(mine) -> list[tuple[str, str]]:
    return [(objections.mark_of(seat), _seat_words(seat)) for seat in objections.seats_to_object_to(mine.complaint)]


def _seat_words(seat) -> str:
    return f"{role_words(seat.role)} · {seat.user.display_name}"


def _draw(request, mine, form):
    due = read.asked_and_due(mine.complaint, "objection_answer")
    made = [
        {
            "who": _seat_words(each.row.seat),
            "at": each.row.at,
            "text": each.reason,
            "answer": each.answer,
            "upheld": each.row.upheld,
            "due": None if each.row.decided_at else due.get(each.row.at),
        }
        for each in reversed(objections.opened(complaint=mine.complaint, keyring=mine.keyring))
    ]
    return page(
        request,
        "who",
        form=form,
        made=made,
        nobody_left=not form.fields["who"].choices,
        can_be_decided=objections.can_be_decided(mine.complaint),
        outside=read.outside_help(mine.complaint, mine.lang),
    )
