"""Why each kind of message is sent, for those who get it and give no reason of its own."""

WHY = {
    "invitation": "A program manager invited you.",
    "accepted": "You have a place in a program.",
    "waiting": "All places of a program are taken, and you are on its waiting list.",
    "declined": "It did not fit this time.",
    "reminder": "You were invited a week ago and have not begun yet.",
    "voice": "A matching is being made, and you may say whom you would like to meet.",
    "crossing": "A program of yours is shared with other organisations.",
    "introduction": "You were matched with a peer.",
    "parted": "A program of yours is no longer shared.",
    "meeting invitation": "You or your peer planned a meeting.",
    "meeting change": "A meeting of yours was moved.",
    "meeting place": "The place of a meeting of yours changed.",
    "meeting cancellation": "A meeting of yours does not take place.",
    "meeting reminder": "A meeting of yours is within a day.",
    "break": "Your partnership takes a break.",
    "step": "A next step of yours was due.",
    "share": "Another organisation asks yours to take part in a program.",
}
