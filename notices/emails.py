"""The messages, in the recipient's language. They carry no name, no reference and no word about a matter: only that there is news."""

import hashlib
import hmac
from email.utils import parseaddr
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.models import Notice
from people.selectors import organisation
from vault.encoding import ctx
from vault.keysfile import server_keys


class Text(NamedTuple):
    """Subject, one or two sentences, and the page to open (a path of this site)."""

    subject: str
    body: str
    path: str = "/w/"


TEMPLATES = {
    "new_item": Text(_("Something new is waiting for you"), _("Something new has been given to you. Please open it soon.")),
    "update": Text(_("There is an update"), _("There is an update to something you look after.")),
    "date_moved": Text(
        _("A date has moved"),
        _("A working calendar was changed, and a promised date on something you look after has moved. Please look at the new date."),
    ),
    "due_soon": Text(_("A date is coming up"), _("A promised date is coming up on something you look after.")),
    "due": Text(_("A date is today"), _("A promised date is reached today on something you look after.")),
    "late": Text(_("A date has passed"), _("A promised date has passed on something you look after. It has been passed on as well.")),
    "escalated": Text(
        _("Something has been passed on to you"), _("A promised date has passed elsewhere. The matter has been passed on to you.")
    ),
    "oversight": Text(_("Oversight: something needs you"), _("A matter has reached oversight and needs your attention."), "/o/"),
    "oversight_update": Text(_("Oversight: there is an update"), _("There is an update to a matter that oversight looks after."), "/o/"),
    "regrant": Text(
        _("A colleague needs access again"),
        _("A colleague has a new vault key and can’t open shared work until somebody lets them in again. Please open your work page."),
    ),
    "leaving": Text(
        _("Hand over before your last day"),
        _("Your last day is near, and you still look after something. Please hand it over in time."),
    ),
    "leaving_oversight": Text(
        _("Oversight: somebody leaves soon"),
        _("Somebody who looks after a matter leaves soon and has not handed it over yet."),
        "/o/",
    ),
    "task": Text(_("A task for you"), _("A task has been given to you.")),
    "test": Text(_("A test message"), _("Mail from the portal reaches you."), "/m/settings/"),
    "sign_new": Text(
        _("Something to read and sign"), _("A text that concerns everybody at work is waiting for you to read and sign."), "/p/sign/"
    ),
    "sign_soon": Text(_("Please read and sign soon"), _("The text that is waiting for you should be signed soon."), "/p/sign/"),
    "sign_late": Text(
        _("Please read and sign"), _("The date has passed, and the text is still waiting for you. It takes a few minutes."), "/p/sign/"
    ),
    "sign_team": Text(
        _("Somebody in your team has not signed yet"),
        _("Somebody in your team has not read and signed a text by its date. You can see who, and give them time for it."),
        "/p/sign/team/",
    ),
    "training_new": Text(_("A course for you"), _("A course is waiting for you. You can stop and go on at any time."), "/t/"),
    "training_soon": Text(_("A course is due soon"), _("The course that is waiting for you is due soon."), "/t/"),
    "training_late": Text(
        _("A course is still waiting for you"), _("The date has passed, and a course is still waiting for you. You can still do it."), "/t/"
    ),
    "training_team": Text(
        _("Somebody in your team is late with a course"),
        _("Somebody in your team is late with a course. You can see who, and give them time for it."),
        "/t/team/",
    ),
    "training_ends": Text(
        _("Your training runs out soon"),
        _("Your training for handling runs out in the next days. After that nothing new can be given to you until you have repeated it."),
        "/t/",
    ),
    "expert_asked": Text(
        _("A question for you"), _("Somebody taking a course has asked you something. Please answer by the date shown."), "/t/answers/"
    ),
    "expert_late": Text(
        _("A question is still waiting"), _("A question from a course was not answered by the promised date."), "/t/answers/"
    ),
    "expert_answered": Text(_("Your question was answered"), _("The question you asked in a course has an answer."), "/t/questions/"),
    "system": Text(_("The portal needs attention"), _("Something in the portal needs the attention of an administrator."), "/"),
}


def message(notice: Notice) -> EmailMessage:
    """Return the e-mail for `notice`, ready to send. The same notice always gives the same Message-ID."""
    text = TEMPLATES[notice.template]
    recipient = notice.recipient
    with translation.override(recipient.language):
        service = organisation().service_name(recipient.language)
        note = organisation().mail_note(recipient.language)
        body = gettext("%(sentence)s\n\nSign in here: %(link)s\n\nThis message says no more on purpose. Please don’t reply to it.") % {
            "sentence": text.body,
            "link": settings.SITE_URL.rstrip("/") + text.path,
        }
        subject = gettext("%(service)s: %(subject)s") % {"service": service, "subject": text.subject}
        return EmailMessage(
            subject=subject,
            body="\n\n".join(part for part in (body, note, service) if part) + "\n",
            to=[recipient.email],
            headers={"Message-ID": message_id(notice.key), "Auto-Submitted": "auto-generated"},
        )


def message_id(key: str) -> str:
    """Derive the Message-ID from the notice's key, so that a repeat is known as one, and nothing of the key can be read from it."""
    secret = server_keys().active("notify").secret
    digest = hmac.new(secret, ctx("message-id", key), hashlib.sha256).hexdigest()[:40]
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{digest}@{domain}>"
