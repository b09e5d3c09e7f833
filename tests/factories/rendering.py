"""Pages drawn as the portal draws them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.template.base import Template
from django.test.utils import _TestState


@contextmanager
def without_copied_contexts() -> Iterator[None]:
    """Leave out what the set-up of Django's tests adds to every template: a signal with a copy of its context, for `response.context`."""
    watched = Template._render
    Template._render = _TestState.saved_data.template_render
    try:
        yield
    finally:
        Template._render = watched
