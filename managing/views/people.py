"""D8: who holds which role, and what must be kept apart."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from audit import actors
from managing import selectors
from managing.forms import AccountForm, RolesForm
from managing.views.home import closed_because
from people.decorators import confirmed, staff_required
from people.models import Role, User
from people.selectors import organisation, roles_of
from people.services import accounts

system_admin = staff_required(Role.SYSTEM_ADMIN)
CLASHES = {
    "admin_handles": gettext_lazy("Nobody is administrator of the system or the policy and also handles or oversees reports."),
    "overseer_handles": gettext_lazy("Oversight looks at how reports are handled, so the same person can’t handle or decide them."),
    "outsider_inside": gettext_lazy("Somebody from outside has no entry in the directory and holds no other role."),
    "overseer_in_hr_line": gettext_lazy("Oversight stands outside the reporting line of the people who look after staff (HR contacts)."),
}


def _by(request):
    return actors.staff(request.user, Role.SYSTEM_ADMIN)


@system_admin
@confirmed
@require_http_methods(["GET", "POST"])
def listing(request):
    now = timezone.now()
    form = AccountForm(request.POST or None, initial={"language": organisation().default_language})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = accounts.create_account(
                email=said["email"], display_name=said["name"], language=said["language"], by=_by(request), now=now
            )
        except accounts.AccountExists:
            form.add_error("email", _("There is an account with this address already"))
        else:
            messages.success(request, _("The account is made. They set a password with “I forgot my password”."))
            return redirect("managing:person", user_id=made.pk)
    everybody = request.GET.get("show") == "all"
    context = {"rows": selectors.accounts(now, all_of_them=everybody), "everybody": everybody, "form": form}
    return render(request, "managing/people.html", context | {"closed_because": closed_because(now)})


@system_admin
@confirmed
@require_http_methods(["GET", "POST"])
def person(request, user_id: int):
    """The roles of one account. Every seat in a case that needs an ended role ends with it."""
    user, now = _user(user_id), timezone.now()
    held = roles_of(user, now)
    form = RolesForm(request.POST or None, initial={"roles": sorted(held), "gender": user.gender})
    if request.method == "POST" and form.is_valid():
        wanted = frozenset(form.cleaned_data["roles"])
        try:
            accounts.set_roles(
                user=user, roles=wanted, gender=form.cleaned_data["gender"], by=_by(request), granted_by=request.user, now=now
            )
        except accounts.RolesClash as clash:
            for problem in clash.problems:
                form.add_error("roles", CLASHES[problem])
        else:
            messages.success(request, _("Saved."))
            return redirect("managing:people")
    return render(request, "managing/person.html", {"person": user, "form": form, "held": held})


@system_admin
@confirmed
@require_POST
def account(request, user_id: int):
    """Close an account, or open a closed one again."""
    user, now = _user(user_id), timezone.now()
    if user.pk == request.user.pk:
        messages.error(request, _("You can’t close your own account. Ask another administrator."))
    elif user.is_active:
        accounts.close_account(user=user, by=_by(request), now=now)
        messages.success(request, _("The account is closed. Cases without anybody else went to oversight."))
    else:
        accounts.open_account(user=user, by=_by(request), now=now)
        messages.success(request, _("The account is open again, without roles."))
    return redirect("managing:person", user_id=user.pk)


def _user(user_id: int) -> User:
    found = selectors.account_numbered(user_id)
    if found is None:
        raise Http404
    return found
