"""The web server's entry point."""

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peerloom.config.settings")
application = get_wsgi_application()
# Every address is known soon after the start; a visitor who comes first waits for those of pages alone.
Thread(target=reverse, args=("landing",), daemon=True).start()
