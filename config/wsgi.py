"""WSGI entry point (WSGI only: ASGI would spool upload bodies to disk before they can be sealed)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
