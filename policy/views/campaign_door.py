"""The door of the re-issue pages: policy administrators only, and the campaign loaded."""

from functools import wraps

from django.http import Http404

from people.decorators import METHODS, staff_required
from people.models import Role
from policy import campaign_selectors as selectors

admin_only = staff_required(Role.POLICY_ADMIN)


def campaign_page(*, methods: str = "read"):
    """A page of one campaign, handed to the view as `campaign`. `methods`: "read", "post" or "both"."""

    def decorate(view):
        @admin_only
        @METHODS[methods]
        @wraps(view)
        def page(request, campaign_id, **kwargs):
            campaign = selectors.campaign(campaign_id)
            if campaign is None:
                raise Http404
            return view(request, campaign, **kwargs)

        return page

    return decorate


def posted(request, *, files: bool = False) -> tuple:
    """What a form is bound to: the posted values (with `files`, the uploads too), or nothing on a page that is only looked at."""
    if request.method != "POST":
        return (None, None) if files else (None,)
    return (request.POST, request.FILES) if files else (request.POST,)
