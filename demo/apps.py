from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The demonstration organisation: data only, loaded through the same services as everything else."""

    name = "demo"
