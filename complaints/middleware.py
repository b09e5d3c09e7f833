"""The questions speak as the employer worded them, on every page that shows one."""

from django.utils.functional import SimpleLazyObject

from complaints.questions import using
from complaints.wording_selectors import in_force


class WordingMiddleware:
    """Show questions in the wording in force, unless a page says otherwise (a draft keeps the one it was begun under).

    It is looked up when a page shows its first question, so other pages ask for nothing.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with using(SimpleLazyObject(in_force)):
            return self.get_response(request)
