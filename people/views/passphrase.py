"""The vault passphrase: unlock, lock, first time, change, forgotten."""

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from audit import actors
from people import tries
from people.decorators import confirmed, staff_required
from people.forms import ChangeForm, ForgotForm, StartForm, UnlockForm
from people.models import CASE_ROLES
from people.services import vault_keys
from vault import sessions, staff
from vault.errors import NoKeys, VaultError, WrongPassphrase

case_staff = staff_required(*CASE_ROLES)


def _next(request) -> str:
    """The page to go on to: one of this site, or the work page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else "/w/"


def _posted(request):
    # An empty form is a form that was sent: it gets its errors too.
    return request.POST if request.method == "POST" else None


def _with_next(name: str, request) -> str:
    return f"{reverse(name)}?{urlencode({'next': _next(request)})}"


def _actor(request):
    return actors.staff(request.user, min(request.roles & CASE_ROLES))


def _show(request, template: str, form, status: int = 200, **more):
    return render(request, template, {"form": form, "next": _next(request), **more}, status=status)


def _go_on(request, keyring, now) -> HttpResponseRedirect:
    """Unlock this browser and go on."""
    response = HttpResponseRedirect(_next(request))
    sessions.end(request, response, draft=False)
    sessions.start_staff(response, keyring=keyring, now=now)
    return response


def _must_wait(form, minutes: int) -> None:
    text = ngettext(
        "Too many wrong tries. Wait %(minutes)s minute, then try again.",
        "Too many wrong tries. Wait %(minutes)s minutes, then try again.",
        minutes,
    )
    form.add_error(None, text % {"minutes": minutes})


@case_staff
@require_http_methods(["GET", "POST"])
def unlock(request):
    now = timezone.now()
    if staff.staff_keyholder(request.user) is None:
        return HttpResponseRedirect(_with_next("vault_start", request))
    if request.method == "GET" and request.vault.keyring is not None:
        return HttpResponseRedirect(_next(request))
    form = UnlockForm(_posted(request))
    if form.is_valid():
        keyring = _try(request, form, "passphrase", now, lambda text: staff.unlock(user=request.user, passphrase=text))
        if keyring is not None:
            return _go_on(request, keyring, now)
    return _show(request, "people/unlock.html", form)


def _try(request, form, field: str, now, open_with):
    """Open the key with what was typed; on failure count the try, say so on the form, and return None."""
    minutes = tries.wait_minutes(user_id=request.user.pk, now=now)
    if minutes:
        _must_wait(form, minutes)
        return None
    try:
        keyring = open_with(form.cleaned_data[field])
    except WrongPassphrase:
        tries.failed(user_id=request.user.pk, now=now)
        form.add_error(field, _("This is not your vault passphrase. It is not the password you sign in with."))
        return None
    except NoKeys:
        form.add_error(None, _("You have no vault key yet."))
        return None
    except VaultError:
        # The row was changed behind our back, or a server key is gone: nothing the person can mend.
        form.add_error(None, _("Your vault key can’t be opened. Tell your system administrator; your cases are not lost."))
        return None
    tries.succeeded(user_id=request.user.pk)
    return keyring


@login_not_required
@require_POST
def lock(request):
    """Lock the vault of this browser at once. The sign-in stays."""
    response = HttpResponseRedirect(reverse("unlock"))
    sessions.end(request, response, draft=False)
    messages.info(request, _("Locked."))
    return response


@case_staff
@require_http_methods(["GET", "POST"])
def start(request):
    if staff.staff_keyholder(request.user) is not None:
        return HttpResponseRedirect(_with_next("unlock", request))
    form = StartForm(_posted(request))
    if form.is_valid():
        now = timezone.now()
        try:
            keyring = vault_keys.make_keys(user=request.user, passphrase=form.cleaned_data["new"], by=_actor(request), now=now)
        except IntegrityError:
            # Sent twice: the key of the first time stands.
            return HttpResponseRedirect(_with_next("unlock", request))
        return _go_on(request, keyring, now)
    return _show(request, "people/vault_start.html", form)


@case_staff
@require_http_methods(["GET", "POST"])
def change(request):
    if staff.staff_keyholder(request.user) is None:
        return HttpResponseRedirect(_with_next("vault_start", request))
    form = ChangeForm(_posted(request))
    if form.is_valid():
        now = timezone.now()

        def change_to_new(old: str):
            return vault_keys.change_passphrase(user=request.user, old=old, new=form.cleaned_data["new"], by=_actor(request), now=now)

        keyring = _try(request, form, "old", now, change_to_new)
        if keyring is not None:
            messages.success(request, _("Your vault passphrase is changed. Other browsers are locked."))
            return _go_on(request, keyring, now)
    return _show(request, "people/vault_change.html", form)


@case_staff
@confirmed
@require_http_methods(["GET", "POST"])
def forgot(request):
    """Give up the old key. Asks for the sign-in again: at an unattended screen this would cost somebody their access."""
    if staff.staff_keyholder(request.user) is None:
        return HttpResponseRedirect(_with_next("vault_start", request))
    form = ForgotForm(_posted(request))
    if form.is_valid():
        now = timezone.now()
        try:
            keyring = vault_keys.replace_keys(user=request.user, passphrase=form.cleaned_data["new"], by=_actor(request), now=now)
        except IntegrityError:
            return HttpResponseRedirect(_with_next("unlock", request))
        tries.succeeded(user_id=request.user.pk)
        messages.success(request, _("You have a new vault key. We told your colleagues that you need access to your cases again."))
        return _go_on(request, keyring, now)
    return _show(request, "people/vault_forgot.html", form)
