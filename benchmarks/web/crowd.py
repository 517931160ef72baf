"""An organisation of many participants, as after half a year: partners, meetings behind and ahead."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import Any

PROGRAMS = 10
FIRST = ("Ana", "Ben", "Chloé", "Dev", "Eva", "Femi", "Gita", "Hugo", "Inès", "Jonas")
WORDS = ("sql", "public speaking", "hiring", "python", "strategy", "facilitation", "budgets")
HELD = 3


def fill(participants: int) -> dict[str, Any]:
    """Programs with people, nine in ten of them in a partnership; numbers to visit them by."""
    from django.utils import timezone
    from tests.factories import make_organisation, make_person, make_program

    from peerloom.accounts.models import Membership, Person
    from peerloom.participants.models import Participant
    from peerloom.partnerships.models import Meeting, Partnership, PartnershipMember

    now = timezone.now()
    organisation = make_organisation("Bench")
    manager = make_person("m@bench.example", organisation, "manager", "admin")
    programs = [make_program(organisation, manager, name=f"Program {k}") for k in range(PROGRAMS)]
    size = participants // PROGRAMS
    for program in programs:
        people = Person.objects.bulk_create(
            [
                Person(email=f"p{program.pk}-{k}@bench.example", password="!",
                       name=f"{FIRST[k % 10]} Person{k:05}")
                for k in range(size)
            ],
            batch_size=5000,
        )  # fmt: skip
        Membership.objects.bulk_create(
            [Membership(organisation=organisation, person=p, role="participant") for p in people],
            batch_size=5000,
        )
        matched = size * 9 // 10 // 2 * 2
        places = Participant.objects.bulk_create(
            [
                Participant(
                    program=program, organisation=organisation, person=p, applied_at=now,
                    state="matched" if k < matched else "looking",
                    answers={"offers": f"{WORDS[k % 7]}; {WORDS[k % 5]}", "wants": WORDS[k % 6],
                             "stage": str(k % 20)},
                )
                for k, p in enumerate(people)
            ],
            batch_size=5000,
        )  # fmt: skip
        pairs = Partnership.objects.bulk_create(
            [Partnership(program=program) for _ in range(matched // 2)], batch_size=5000
        )
        both = iter(places)
        PartnershipMember.objects.bulk_create(
            [
                PartnershipMember(
                    partnership=pair, participant=place, gives=["sql"], answered_at=now
                )
                for pair in pairs
                for place in islice(both, 2)
            ],
            batch_size=5000,
        )
        Meeting.objects.bulk_create(
            [
                Meeting(partnership=pair, minutes=60, starts_at=now + timedelta(days=14 * at + 3),
                        state="planned" if at >= 0 else "held")
                for pair in pairs
                for at in range(-HELD, 1)
            ],
            batch_size=5000,
        )  # fmt: skip
        Partnership.objects.filter(program=program).update(opened_at=now - timedelta(days=50))
    return {
        "manager": manager.pk,
        "programs": [p.pk for p in programs],
        "pairs": list(Partnership.objects.order_by("?").values_list("pk", flat=True)[:400]),
    }
