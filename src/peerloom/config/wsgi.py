"""The web server's entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
application = get_wsgi_application()
# Every address is known before the first visitor comes, who would wait for it otherwise.
get_resolver().url_patterns  # noqa: B018
