"""WSGI entry point (WSGI only: ASGI would spool upload bodies to disk before they can be sealed)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from vault.keysfile import server_keys  # noqa: E402 (settings must be there first)

# A missing, short, repeated or readable keys file ends the process here, before anybody types a word that could not be sealed.
server_keys()

# What was loaded by now stays for the life of the process: the collector need not walk through it again in the middle of a request, and
# processes forked from here keep sharing its memory.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
