"""No time outside of what people said, through both clock changes, held against the zone database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from peerloom.calendars.slots import (
    FreeHours,
    common_starts,
    free_instants,
    standing_slots,
    suggested_times,
    time_in_week,
)
from peerloom.calendars.weekly import parse_hours

ZONES = (
    "Europe/Paris", "Europe/London", "Europe/Lisbon", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "Africa/Lagos", "Africa/Nairobi", "Asia/Kolkata", "Asia/Kathmandu",
    "Asia/Tokyo", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Auckland", "America/St_Johns",
)  # fmt: skip
QUARTER = timedelta(minutes=15)

hours = st.frozensets(st.integers(0, 671), min_size=1, max_size=200)
people = st.builds(FreeHours, hours, st.sampled_from(ZONES))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def free_at(person: FreeHours, moment: datetime) -> bool:
    """Plainly: what does their own clock show?"""
    local = moment.astimezone(ZoneInfo(person.zone))
    quarter = local.weekday() * 96 + local.hour * 4 + local.minute // 15
    away = any(a <= local.date() <= b for a, b in person.away)
    busy = any(a < moment + QUARTER and moment < b for a, b in person.busy)
    return quarter in person.quarters and not away and not busy


@given(person=people, after=moments)
def test_free_is_what_the_persons_own_clock_says(person: FreeHours, after: datetime) -> None:
    found = free_instants(person, after, after + timedelta(days=9))

    first = -(-int(after.timestamp()) // 900)
    for q in range(first, first + 9 * 96 - 1):
        assert (q in found) == free_at(person, datetime.fromtimestamp(q * 900, UTC))


@given(
    group=st.lists(people, min_size=2, max_size=4),
    after=moments,
    minutes=st.sampled_from([15, 30, 60, 90]),
    away=st.integers(0, 30),
)
def test_a_suggested_time_is_within_everybodys_hours_whole(
    group: list[FreeHours], after: datetime, minutes: int, away: int
) -> None:
    day = after.date() + timedelta(days=away)
    taken = ((after + timedelta(days=2), after + timedelta(days=2, hours=5)),)
    group[0] = FreeHours(group[0].quarters, group[0].zone, ((day, day),), taken)

    for start in suggested_times(group, after, after + timedelta(weeks=4), minutes, count=3):
        assert start >= after
        for k in range(minutes // 15):
            assert all(free_at(p, start + k * QUARTER) for p in group)


def test_an_hour_that_the_clock_leaves_out_is_nobodys_and_one_shown_twice_counts_twice() -> None:
    paris = FreeHours(parse_hours("Sun 02:00-03:00"), "Europe/Paris")
    spring = datetime(2026, 3, 29, tzinfo=UTC)
    autumn = datetime(2026, 10, 25, tzinfo=UTC)

    assert free_instants(paris, spring, spring + timedelta(days=1)) == set()
    assert len(free_instants(paris, autumn, autumn + timedelta(days=1))) == 8


def test_times_stand_on_the_hour_on_different_days_at_different_hours() -> None:
    week = "Mon 09:15-12:00; Tue 09:00-12:00; Wed 09:00-12:00"
    both = [FreeHours(parse_hours(week), "Europe/Paris")] * 2
    after = datetime(2026, 6, 1, tzinfo=UTC)

    found = suggested_times(both, after, after + timedelta(weeks=4), 60)

    local = [s.astimezone(ZoneInfo("Europe/Paris")) for s in found]
    assert [f"{s:%a %H:%M}" for s in local[:2]] == ["Mon 10:00", "Tue 09:00"]
    assert len({s.date() for s in local}) == 3
    assert all(s.minute == 0 for s in local)


def test_a_standing_slot_is_left_out_where_the_clocks_part_the_two() -> None:
    paris = FreeHours(parse_hours("Tue 15:00-16:00"), "Europe/Paris")
    york = FreeHours(parse_hours("Tue 08:00-10:00"), "America/New_York")
    after = datetime(2026, 2, 2, tzinfo=UTC)
    (slot,) = standing_slots([paris, york], after, 16, 60)
    # For three weeks in March New York is an hour nearer: 15:00 in Paris is past ten there.
    assert (slot.day, slot.clock, slot.kept) == ("Tue", "15:00", 13)

    weeks = [date(2026, 2, 2) + timedelta(days=7 * k) for k in range(16)]
    found = [time_in_week([paris, york], slot, week, 60, after=after) for week in weeks]

    assert [w for w, start in zip(weeks, found, strict=True) if start is None] == [
        date(2026, 3, 9), date(2026, 3, 16), date(2026, 3, 23),
    ]  # fmt: skip
    for start in filter(None, found):
        assert f"{start.astimezone(ZoneInfo('Europe/Paris')):%a %H:%M}" == "Tue 15:00"
        assert all(free_at(york, start + k * QUARTER) for k in range(4))


def test_a_meeting_near_the_slot_where_the_slot_itself_is_taken() -> None:
    hours = parse_hours("Tue 14:00-16:00; Thu 09:00-12:00")
    taken = ((datetime(2026, 2, 10, 13, tzinfo=UTC), datetime(2026, 2, 10, 14, tzinfo=UTC)),)
    ana = FreeHours(hours, "Europe/Paris", busy=taken)
    ben = FreeHours(hours, "Europe/Paris")
    slot = standing_slots([ben], datetime(2026, 2, 2, tzinfo=UTC), 4, 60)[0]
    assert (slot.day, slot.clock) == ("Tue", "14:00")

    start = time_in_week(
        [ana, ben], slot, date(2026, 2, 9), 60, after=datetime(2026, 2, 2, tzinfo=UTC)
    )

    assert start == datetime(2026, 2, 10, 14, tzinfo=UTC)


def test_people_who_share_no_time_are_asked_at_none() -> None:
    one = FreeHours(parse_hours("Mon 09:00-10:00"), "Europe/Paris")
    other = FreeHours(parse_hours("Mon 09:00-10:00"), "Asia/Tokyo")
    after = datetime(2026, 2, 2, tzinfo=UTC)

    assert common_starts([one, other], after, after + timedelta(weeks=4), 60) == []
    assert suggested_times([one, other], after, after + timedelta(weeks=4), 60) == []
    assert standing_slots([one, other], after, 4, 60) == []
    slot = standing_slots([one], after, 4, 60)[0]
    assert time_in_week([one, other], slot, date(2026, 2, 2), 60, after=after) is None


def test_a_thousand_partnerships_over_fifteen_zones_meet_inside_their_hours_all_year() -> None:
    """Through both clock changes of every zone; held against each one's own clock, plainly."""
    random = Random(2026)

    def person() -> FreeHours:
        days = random.sample(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat"), 4)
        begins = {d: random.randint(6, 15) for d in days}
        spans = (f"{d} {b:02}:00-{b + random.randint(3, 7):02}:00" for d, b in begins.items())
        return FreeHours(parse_hours("; ".join(spans)), random.choice(ZONES))

    after = datetime(2026, 1, 5, tzinfo=UTC)
    met = without = 0
    for _ in range(1000):
        pair = [person(), person()]
        slots = standing_slots(pair, after, 52, 60, every=2)
        without += not slots
        for week in range(0, 52, 2) if slots else ():
            monday = (after + timedelta(weeks=week)).date()
            start = time_in_week(pair, slots[0], monday, 60, after=after)
            if start is not None:
                met += 1
                assert all(free_at(p, start + k * QUARTER) for p in pair for k in range(4))
    assert met > 10_000
    assert without < 500
