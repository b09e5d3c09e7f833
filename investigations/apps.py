from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    name = "investigations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Connects the receiver for replaced vault keys.
        from investigations.services import restoring  # noqa: F401
