"""D10: names, exit addresses, size of files, what messages end with; whether mail arrives."""

from uuid import uuid4

from django.contrib import messages
from django.forms import model_to_dict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audit import actors
from managing import reach, selectors
from managing.forms import SettingsForm
from notices.selectors import stuck
from notices.services import owe
from people.decorators import confirmed, staff_required
from people.models import Role
from people.selectors import organisation
from people.services import accounts
from vault.uploadhandler import most_mb

system_admin = staff_required(Role.SYSTEM_ADMIN)
EXITS = ("exit_url_en", "exit_url_zh")


@system_admin
@confirmed
@require_http_methods(["GET", "POST"])
def settings_page(request):
    """The form; its second button only tries the exit addresses."""
    now, org = timezone.now(), organisation()
    initial = model_to_dict(org, fields=list(SettingsForm.base_fields)) | {"max_upload_mb": most_mb()}
    form = SettingsForm(request.POST or None, initial=initial)
    tried = {}
    if request.method == "POST" and form.is_valid():
        trying = request.POST.get("go") == "try"
        wanted = [name for name in EXITS if trying or form.cleaned_data[name] != getattr(org, name)]
        tried = {name: reach.answers(form.cleaned_data[name]) for name in wanted}
        for name in (name for name, good in tried.items() if not good):
            form.add_error(name, _("This address did not answer from here. People must be able to reach it."))
        if not trying and form.is_valid():
            accounts.save_organisation(values=form.cleaned_data, by=actors.staff(request.user, Role.SYSTEM_ADMIN), now=now)
            messages.success(request, _("Saved."))
            return redirect("managing:settings")
    context = {"form": form, "tried": tried and all(tried.values()), "stuck": stuck().count(), "kept": selectors.how_long_kept(now)}
    return render(request, "managing/settings.html", context)


@system_admin
@require_POST
def test_mail(request):
    """Owe the administrator a message, so that the whole way is tried: row, worker, mail server."""
    owe(
        key=f"test:{request.user.pk}:{request.POST.get('once', '')[:32] or uuid4().hex}",
        recipient=request.user,
        template="test",
        about_kind="test",
        about_id=None,
        now=timezone.now(),
    )
    messages.success(
        request, _("A message is on its way to %(address)s. It should be there within a minute.") % {"address": request.user.email}
    )
    return redirect("managing:settings")
