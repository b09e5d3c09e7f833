"""The door of the pages for training administrators: absent for everybody else, and the course loaded."""

from functools import wraps

from django.http import Http404

from people.decorators import METHODS, staff_required
from people.models import Role
from training.admin_selectors import course_of_code

admin_only = staff_required(Role.TRAINING_ADMIN)


def teaching_page(*, methods: str = "read"):
    """A page of no single course. `methods`: "read", "post" or "both"."""

    def decorate(view):
        return admin_only(METHODS[methods](view))

    return decorate


def course_page(*, methods: str = "read"):
    """A page of one course, handed to the view as `course`."""

    def decorate(view):
        @admin_only
        @METHODS[methods]
        @wraps(view)
        def page(request, code, **kwargs):
            course = course_of_code(code)
            if course is None:
                raise Http404
            return view(request, course, **kwargs)

        return page

    return decorate
