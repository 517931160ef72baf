"""Django's record of this room."""

from django.apps import AppConfig
from django.utils.translation import get_language, gettext, ngettext

from peerloom import words


class CoreConfig(AppConfig):
    name = "peerloom.core"

    def ready(self) -> None:
        """The pure rooms speak the reader's language too."""
        words.use(gettext, ngettext, get_language)
