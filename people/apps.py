from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from people import signals  # noqa: F401 - connects the receivers
        from people.selectors import chosen_upload_mb
        from vault.uploadhandler import register_most_mb

        register_most_mb(chosen_upload_mb)
