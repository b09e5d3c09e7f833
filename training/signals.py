"""What the directory announces: people came, left or changed their leader."""

from django.dispatch import receiver

from people.signals import directory_changed
from training.services.assigning import look_again


@receiver(directory_changed)
def look_soon(sender, now, **kwargs) -> None:
    look_again(now=now)
