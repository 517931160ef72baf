"""What each kind of message is called, and why it is sent where it gives no reason of its own.

Kept in English, and read in the language of whoever reads.
"""

from django.utils.translation import gettext_noop as noop

NAMES = {
    "invitation": noop("invitation to a program"),
    "accepted": noop("a place in a program"),
    "waiting": noop("waiting list"),
    "not_drawn": noop("drawing of places"),
    "declined": noop("it did not fit this time"),
    "reminder": noop("reminder of an invitation"),
    "voice": noop("whom one would like to meet"),
    "crossing": noop("answers that may cross"),
    "introduction": noop("introduction of peers"),
    "parted": noop("program no longer shared"),
    "ended": noop("end of a partnership"),
    "meeting invitation": noop("invitation to a meeting"),
    "meeting change": noop("meeting moved"),
    "meeting place": noop("place of a meeting"),
    "meeting cancellation": noop("meeting cancelled"),
    "meeting reminder": noop("reminder of a meeting"),
    "after_meeting": noop("how a meeting was"),
    "break": noop("break of a partnership"),
    "step": noop("next step"),
    "nudge": noop("nudge"),
    "pulse": noop("pulse"),
    "report": noop("figures by mail"),
    "share": noop("invitation to a shared program"),
    "digest": noop("one message a day"),
}
WHY = {
    "invitation": noop("A program manager invited you."),
    "accepted": noop("You have a place in a program."),
    "waiting": noop("All places of a program are taken, and you are on its waiting list."),
    "not_drawn": noop("Places were drawn by lot, and yours was not among the first."),
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
    "pulse": noop("A program of yours asks how it is going."),
    "after_meeting": noop("A meeting of yours was to take place."),
    "report": noop("You asked for figures by mail."),
    "share": noop("Another organisation asks yours to take part in a program."),
}
