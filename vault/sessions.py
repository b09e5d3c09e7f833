"""What is unlocked in one browser: a staff member's vault, a reporter's code, a draft (format 0x31, `vault.sessionseal`).

A session ends when it was idle too long, at its absolute end, when its keyholder is retired, and on `end`. The cookie carries 32 random
bytes; the database holds only what they derive to one way.
"""

from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.conf import settings
from django.db.models import BigIntegerField, CharField, UUIDField

from vault.errors import VaultError
from vault.hidden import Hidden
from vault.kept_queries import KeptQuery
from vault.keyholders import is_genuine, is_usable
from vault.keyring import Keyring, keyring_from_seed
from vault.models import Keyholder, VaultSession
from vault.sessionseal import cookie_bytes, id_hash, new_cookie, open_secret, place, seal_secret

STAFF, REPORTER, DRAFT = VaultSession.Kind.STAFF, VaultSession.Kind.REPORTER, VaultSession.Kind.DRAFT
STAFF_IDLE_SECONDS = 15 * 60
ABSOLUTE = {STAFF: timedelta(hours=8), REPORTER: timedelta(hours=24), DRAFT: timedelta(hours=72)}
# A row is written when somebody is seen, but not on every request.
TOUCH_SECONDS = 30
_SESSION = KeptQuery(lambda id_hash: VaultSession.objects.filter(pk=id_hash), id_hash=CharField())
_STAFF_KEYHOLDER = KeptQuery(
    lambda keyholder_id, user_id: Keyholder.objects.filter(pk=keyholder_id, user_id=user_id, kind=Keyholder.Kind.STAFF),
    keyholder_id=UUIDField(),
    user_id=BigIntegerField(),
)
_CODE_KEYHOLDER = KeptQuery(
    lambda keyholder_id: Keyholder.objects.filter(pk=keyholder_id, kind__in=(Keyholder.Kind.RECEIPT, Keyholder.Kind.INVITATION)),
    keyholder_id=UUIDField(),
)


class ReporterKeys(Hidden):
    """A code that was entered in this browser: whose (`keyholder`, of kind receipt or invitation) and its keyring."""

    def __init__(self, keyholder: Keyholder, keyring: Keyring):
        self.keyholder = keyholder
        self.keyring = keyring

    @property
    def keyholder_id(self) -> UUID:
        return self.keyholder.id


def start(
    response, *, kind: str, subject_id: UUID, secret: bytes, idle_seconds: int, now: datetime, absolute_seconds: int | None = None
) -> None:
    """Open a session and set its cookie on `response`; the browser's earlier session of the same cookie is simply forgotten by it.

    `subject_id`: the keyholder (staff, reporter) or the draft. `secret`: the keyring's seed or the draft secret. `absolute_seconds` ends
    the session however busy it is; by default 8 h for staff, 24 h for reporters, 72 h for drafts.
    """
    limit = timedelta(seconds=absolute_seconds) if absolute_seconds is not None else ABSOLUTE[kind]
    expires_at = now + limit
    value = new_cookie()
    cookie = cookie_bytes(value)
    bound_to = place(kind=kind, subject_id=subject_id, idle_seconds=idle_seconds, expires_at=expires_at)
    VaultSession.objects.create(
        id_hash=id_hash(cookie),
        kind=kind,
        subject_id=subject_id,
        sealed_secret=seal_secret(cookie=cookie, secret=secret, bound_to=bound_to),
        created_at=now,
        seen_at=now,
        idle_seconds=idle_seconds,
        expires_at=expires_at,
    )
    # What `end` has set on the same answer goes first: a cookie set over a deleted one would keep its “expired long ago”.
    response.cookies.pop(_cookie_name(kind), None)
    # No max-age: a browser that is closed forgets the cookie. Lax, so that a link in a mail does not lead to a locked page.
    response.set_cookie(_cookie_name(kind), value, secure=settings.COOKIE_SECURE, httponly=True, samesite="Lax", path="/")


def start_staff(response, *, keyring: Keyring, now: datetime) -> None:
    """A staff member unlocked the vault: 15 minutes idle, 8 hours at most."""
    start(response, kind=STAFF, subject_id=keyring.keyholder_id, secret=keyring.seed, idle_seconds=STAFF_IDLE_SECONDS, now=now)


def start_reporter(response, *, keyring: Keyring, idle_seconds: int, now: datetime) -> None:
    """Somebody entered a code, or has just filed. `idle_seconds` as the person chose (20 minutes or 24 hours)."""
    start(response, kind=REPORTER, subject_id=keyring.keyholder_id, secret=keyring.seed, idle_seconds=idle_seconds, now=now)


def start_draft(response, *, draft_id: UUID, secret: bytes, idle_seconds: int, now: datetime) -> None:
    """A report was begun, or continued with its code."""
    start(response, kind=DRAFT, subject_id=draft_id, secret=secret, idle_seconds=idle_seconds, now=now)


def end(request, response, *, vault: bool = True, draft: bool = True) -> None:
    """End this browser's sessions for good: replayed cookies open nothing. `vault=False` or `draft=False` leaves that one alone."""
    names = [settings.VAULT_COOKIE] * vault + [settings.DRAFT_COOKIE] * draft
    hashes = [id_hash(raw) for name in names if (raw := cookie_bytes(request.COOKIES.get(name, ""))) is not None]
    if hashes:
        VaultSession.objects.filter(id_hash__in=hashes).delete()
    for name in names:
        if name in request.COOKIES or name in response.cookies:
            forget_cookie(response, name)


def end_all(subject_id: UUID) -> None:
    """End every session of a keyholder or draft, in whatever browser."""
    VaultSession.objects.filter(subject_id=subject_id).delete()


def collect_expired(*, now: datetime) -> int:
    """Delete sessions past their absolute end. Returns how many. (Idle ones are refused when read, and go with this too.)"""
    deleted, _ = VaultSession.objects.filter(expires_at__lte=now).delete()
    return deleted


def _cookie_name(kind: str) -> str:
    return settings.DRAFT_COOKIE if kind == DRAFT else settings.VAULT_COOKIE


def forget_cookie(response, name: str) -> None:
    # A `__Host-` cookie is only replaced by one with the same attributes; Django's delete_cookie keeps `secure` for that prefix.
    response.delete_cookie(name, path="/", samesite="Lax")


class Access(Hidden):
    """`request.vault`: what is unlocked in this browser, read when asked for.

    `.keyring` (staff: None while locked or when somebody else is signed in), `.reporter` (ReporterKeys or None), `.draft_id` and
    `.draft_secret` (None without a draft), `.idle_ends_at` (when the vault session ends if nothing happens, or None).
    """

    def __init__(self, request, now: datetime):
        self._request = request
        self._now = now

    @cached_property
    def keyring(self) -> Keyring | None:
        user = getattr(self._request, "user", None)
        row = self._vault_row
        if row is None or row.kind != STAFF or user is None or not user.is_authenticated:
            return None
        keyholder = _STAFF_KEYHOLDER.first(keyholder_id=row.subject_id, user_id=user.pk)
        return self._keyring(row, settings.VAULT_COOKIE, keyholder)

    @cached_property
    def reporter(self) -> ReporterKeys | None:
        row = self._vault_row
        if row is None or row.kind != REPORTER:
            return None
        keyholder = _CODE_KEYHOLDER.first(keyholder_id=row.subject_id)
        keyring = self._keyring(row, settings.VAULT_COOKIE, keyholder)
        return ReporterKeys(keyholder, keyring) if keyring is not None else None

    @property
    def draft_id(self) -> UUID | None:
        return self._draft_row.subject_id if self.draft_secret is not None else None

    @cached_property
    def draft_secret(self) -> bytes | None:
        row = self._draft_row
        return self._secret(row, settings.DRAFT_COOKIE) if row is not None else None

    @property
    def idle_ends_at(self) -> datetime | None:
        row = self._vault_row or self._draft_row
        return min(self._now + timedelta(seconds=row.idle_seconds), row.expires_at) if row is not None else None

    def touch(self) -> None:
        """Note that the sessions read in this request were used."""
        for name in ("_vault_row", "_draft_row"):
            row = self.__dict__.get(name)
            if row is not None and self._now - row.seen_at >= timedelta(seconds=min(TOUCH_SECONDS, row.idle_seconds // 10)):
                VaultSession.objects.filter(pk=row.pk, seen_at__lt=self._now).update(seen_at=self._now)

    @property
    def was_read(self) -> bool:
        """Whether the answer may depend on a session."""
        return "_vault_row" in self.__dict__ or "_draft_row" in self.__dict__

    @property
    def stale_cookies(self) -> list[str]:
        """Names of cookies that were read and open nothing any more."""
        names = {"_vault_row": settings.VAULT_COOKIE, "_draft_row": settings.DRAFT_COOKIE}
        return [n for key, n in names.items() if key in self.__dict__ and self.__dict__[key] is None and n in self._request.COOKIES]

    @cached_property
    def _vault_row(self) -> VaultSession | None:
        return self._live_row(settings.VAULT_COOKIE, (STAFF, REPORTER))

    @cached_property
    def _draft_row(self) -> VaultSession | None:
        return self._live_row(settings.DRAFT_COOKIE, (DRAFT,))

    def _live_row(self, cookie_name: str, kinds: tuple[str, ...]) -> VaultSession | None:
        cookie = cookie_bytes(self._request.COOKIES.get(cookie_name, ""))
        if cookie is None:
            return None
        row = _SESSION.first(id_hash=id_hash(cookie))
        if row is None or row.kind not in kinds:
            return None
        if row.expires_at <= self._now or row.seen_at + timedelta(seconds=row.idle_seconds) <= self._now:
            VaultSession.objects.filter(pk=row.pk).delete()
            return None
        return row

    def _keyring(self, row: VaultSession, cookie_name: str, keyholder: Keyholder | None) -> Keyring | None:
        if keyholder is None or not is_usable(keyholder, self._now) or not is_genuine(keyholder):
            return None
        seed = self._secret(row, cookie_name)
        return keyring_from_seed(keyholder_id=keyholder.id, seed=seed, suite=keyholder.suite) if seed is not None else None

    def _secret(self, row: VaultSession, cookie_name: str) -> bytes | None:
        cookie = cookie_bytes(self._request.COOKIES[cookie_name])
        bound_to = place(kind=row.kind, subject_id=row.subject_id, idle_seconds=row.idle_seconds, expires_at=row.expires_at)
        try:
            return open_secret(cookie=cookie, blob=row.sealed_secret, bound_to=bound_to)
        except VaultError:
            # A changed row, or a session key that is gone: the person unlocks again.
            return None
