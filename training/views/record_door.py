"""The door of the pages about completions earned elsewhere: training administrators only, and the session loaded."""

from functools import wraps

from django.http import Http404

from people.decorators import METHODS, staff_required
from people.models import Role
from training import record_selectors as selectors
from training import selectors_xapi


def admin_page(methods: str = "read"):
    """A page of training administrators. `methods`: "read", "post" or "both"."""

    def decorate(view):
        return staff_required(Role.TRAINING_ADMIN)(METHODS[methods](view))

    return decorate


def session_page(methods: str = "read"):
    """A page of one live session, handed to the view as `session`."""

    def decorate(view):
        @admin_page(methods)
        @wraps(view)
        def page(request, session_id, **kwargs):
            session = selectors.session_by_id(session_id)
            if session is None:
                raise Http404
            return view(request, session, **kwargs)

        return page

    return decorate


def system_page(methods: str = "read"):
    """A page of one learning system, handed to the view as `system`."""

    def decorate(view):
        @admin_page(methods)
        @wraps(view)
        def page(request, system_id, **kwargs):
            system = selectors_xapi.system_by_id(system_id)
            if system is None:
                raise Http404
            return view(request, system, **kwargs)

        return page

    return decorate
