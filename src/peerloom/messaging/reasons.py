"""Why each kind of message is sent, for those who get it and give no reason of its own.

Kept in English, and read in the language of whoever reads.
"""

from django.utils.translation import gettext_noop as noop

WHY = {
    "invitation": noop("A program manager invited you."),
    "accepted": noop("You have a place in a program."),
    "waiting": noop("All places of a program are taken, and you are on its waiting list."),
    "declined": noop("It did not fit this time."),
    "reminder": noop("You were invited a week ago and have not begun yet."),
    "voice": noop("A matching is being made, and you may say whom you would like to meet."),
    "crossing": noop("A program of yours is shared with other organisations."),
    "introduction": noop("You were matched with a peer."),
    "parted": noop("A program of yours is no longer shared."),
    "meeting invitation": noop("You or your peer planned a meeting."),
    "meeting change": noop("A meeting of yours was moved."),
    "meeting place": noop("The place of a meeting of yours changed."),
    "meeting cancellation": noop("A meeting of yours does not take place."),
    "meeting reminder": noop("A meeting of yours is within a day."),
    "break": noop("Your partnership takes a break."),
    "step": noop("A next step of yours was due."),
    "share": noop("Another organisation asks yours to take part in a program."),
}
