"""Who someone is: accounts, roles as data, the directory with its reporting line, and the organisation itself."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    INTAKE_OFFICER = "intake_officer", _("Intake officer")
    INVESTIGATOR = "investigator", _("Investigator")
    EXTERNAL_INVESTIGATOR = "external_investigator", _("Investigator from outside")
    DECISION_MAKER = "decision_maker", _("Decision-maker")
    SUPPORT_CONTACT = "support_contact", _("Support contact")
    POLICY_ADMIN = "policy_admin", _("Policy administrator")
    TRAINING_ADMIN = "training_admin", _("Training administrator")
    OVERSIGHT = "oversight", _("Oversight")
    SYSTEM_ADMIN = "system_admin", _("System administrator")


# Roles that may meet confidential matter or govern it: sign-in needs a second factor outside the demonstration.
STAFF_ROLES = frozenset(Role.values)
# Roles that may be seated in a case and therefore need a vault passphrase.
CASE_ROLES = frozenset(
    {
        Role.INTAKE_OFFICER,
        Role.INVESTIGATOR,
        Role.EXTERNAL_INVESTIGATOR,
        Role.DECISION_MAKER,
        Role.SUPPORT_CONTACT,
        Role.OVERSIGHT,
    }
)


class Gender(models.TextChoices):
    """As somebody describes themselves; nobody has to."""

    UNSAID = "", _("Not said")
    WOMAN = "woman", _("Woman")
    MAN = "man", _("Man")
    ANOTHER = "another", _("In another way")


class UserManager(BaseUserManager):
    def create_user(self, email: str, password: str | None = None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str):
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """An account. What it may do follows from its current role grants, never from a flag on this row."""

    email = models.EmailField(max_length=254, unique=True)
    display_name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    # For wishes of reporters and the composition of the body that handles reports; never shown to anybody else.
    gender = models.CharField(max_length=8, choices=Gender.choices, default=Gender.UNSAID, blank=True)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_ci")]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def get_full_name(self) -> str:
        return self.display_name


class RoleGrant(models.Model):
    """`user` holds `role` from `since` until `until` (open while empty). Rows are ended, not deleted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_grants")
    role = models.CharField(max_length=32, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], condition=models.Q(until__isnull=True), name="one_open_grant_per_role"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")), name="role_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of user {self.user_id}"


class Site(models.Model):
    """A place of work with its own calendar and clock."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, default="CN", help_text=_("ISO 3166 code; seeds the public holidays"))
    subdivision = models.CharField(max_length=10, blank=True)
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")

    def __str__(self) -> str:
        return self.code


class Unit(models.Model):
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    def __str__(self) -> str:
        return self.code


class Employee(models.Model):
    """One person in the directory. `name_key` is the name folded for matching (see `people.matching`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    other_name = models.CharField(max_length=120, blank=True, help_text=_("Name in the other language, if any"))
    name_key = models.CharField(max_length=160, db_index=True)
    other_name_key = models.CharField(max_length=160, blank=True, db_index=True)
    email = models.EmailField(blank=True, db_index=True)
    user = models.OneToOneField(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="employee")
    manager = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="reports")
    hr_contact = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="looks_after")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    joined_date = models.DateField()
    left_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(left_date__isnull=True) | models.Q(left_date__gte=models.F("joined_date")),
                name="left_after_joining",
            ),
            models.CheckConstraint(condition=~models.Q(manager=models.F("id")), name="nobody_manages_themselves"),
        ]

    def __str__(self) -> str:
        return f"employee {self.number}"


class DirectoryUpload(models.Model):
    """A directory file between its dry run and its import: compressed, sealed, gone after an hour."""

    server_sealed = ("content_sealed",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    content_sealed = models.BinaryField()
    complete = models.BooleanField(help_text=_("The file lists everybody: whoever isn’t in it has left"))
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"directory file {self.pk}"


class Organisation(models.Model):
    """The one employer this installation belongs to (the row with id 1)."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name_en = models.CharField(max_length=120)
    name_zh = models.CharField(max_length=120)
    service_name_en = models.CharField(max_length=60, default="Work Support")
    service_name_zh = models.CharField(max_length=60, default="职场支持")
    default_language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, help_text=_("Whose calendar dates promises to reporters"))
    emergency_number = models.CharField(max_length=20, default="110")
    exit_url_en = models.URLField(default="https://www.weather.com/")
    exit_url_zh = models.URLField(default="https://www.weather.com.cn/")
    # Per file, in MB; empty: as much as the server takes (MAX_UPLOAD_MB).
    max_upload_mb = models.PositiveSmallIntegerField(null=True)
    # A neutral sentence at the end of every message the portal sends.
    mail_note_en = models.CharField(max_length=200, blank=True)
    mail_note_zh = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_organisation")]

    def __str__(self) -> str:
        return "organisation"

    def name_in(self, language: str) -> str:
        return self.name_zh if language == "zh-hans" else self.name_en

    def service_name(self, language: str) -> str:
        return self.service_name_zh if language == "zh-hans" else self.service_name_en

    def exit_url(self, language: str) -> str:
        return self.exit_url_zh if language == "zh-hans" else self.exit_url_en

    def mail_note(self, language: str) -> str:
        return self.mail_note_zh if language == "zh-hans" else self.mail_note_en


class SettingChange(models.Model):
    """What a setting of the portal said before and after one change, only the names that differ. The entry in the record
    names this row and holds its digest, so that it can't be rewritten unseen.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    before = models.JSONField()
    after = models.JSONField()

    def __str__(self) -> str:
        return f"change {self.pk}"
