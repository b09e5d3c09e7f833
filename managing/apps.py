from django.apps import AppConfig


class ManagingConfig(AppConfig):
    name = "managing"
    default_auto_field = "django.db.models.BigAutoField"
