"""The way into a version for those who write it: absent for everybody else."""

from functools import wraps

from django.http import Http404

from people.decorators import staff_required
from people.models import Role
from policy.authoring_selectors import version_numbered

policy_admin = staff_required(Role.POLICY_ADMIN)


def version_page(view):
    """Hand the version with the number of the address to `view(request, version, …)`; 404 where there is none."""

    @policy_admin
    @wraps(view)
    def guarded(request, number: int, **kwargs):
        version = version_numbered(number)
        if version is None:
            raise Http404
        return view(request, version, **kwargs)

    return guarded
