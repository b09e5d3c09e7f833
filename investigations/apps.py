from django.apps import AppConfig


class InvestigationsConfig(AppConfig):
    name = "investigations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        # Connect receivers: vault keys were replaced, the reporter confirmed a talk, somebody lost a seat in a joined report.
        from investigations.services import joining, restoring, talk_records  # noqa: F401
