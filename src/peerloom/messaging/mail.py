"""A message by mail."""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _

from peerloom.messaging.models import OutboxMessage
from peerloom.messaging.refusals import Refused

FOR_GOOD = 500


def send(message: OutboxMessage, connection: Any) -> None:
    """Hand it to the mail server.

    Raises
    ------
    OSError
        Worth another try.
    Refused
        The server will never take it for this address.
    """
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        connection=connection,
        headers={"Message-ID": f"<{message.key}@peerloom>", "Auto-Submitted": "auto-generated"},
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in message.calendar else "REQUEST"
        # Gmail and Outlook read it as a part of the message, Apple Mail as a file.
        mail.attach_alternative(message.calendar, f"text/calendar; method={method}")
        mail.attach("meeting.ics", message.calendar, "text/calendar")
    try:
        mail.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if codes and all(code >= FOR_GOOD for code in codes):
            raise Refused(
                _("The mail server refused this address ({codes}).").format(codes=codes[0])
            ) from error
        raise
