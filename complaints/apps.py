from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # `leaving` and `redating` connect receivers: a role ended, a calendar changed.
        from complaints import attention  # noqa: F401 (what needs an administrator registers itself)
        from complaints.services import leaving, redating, reminders  # noqa: F401
        from notices.services import register_right_to_know

        # Asked again when a notice is delivered: a seat may have ended since it was owed.
        register_right_to_know("complaint", reminders.may_know_of_complaint)
        register_right_to_know("seats", reminders.has_any_seat)
