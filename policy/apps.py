from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "policy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from notices.services import register_right_to_know
        from policy import attention  # noqa: F401 (what needs an administrator registers itself)
        from policy.services import gathering, sign_reminders

        # Asked again when a message is delivered: it may have been signed since it was owed.
        register_right_to_know(gathering.ABOUT, sign_reminders.may_be_asked)
        register_right_to_know(sign_reminders.TEAM, sign_reminders.leads_somebody_late)
