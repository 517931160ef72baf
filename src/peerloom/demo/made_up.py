"""What the survey does not have, made up by a seeded generator: names, addresses, hours, hopes.

Nothing here is of a real person; it is kept apart from the survey's own columns.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass

FIRST = [
    "Ana",
    "Ben",
    "Chloé",
    "Dev",
    "Eun-ji",
    "Farid",
    "Grace",
    "Hugo",
    "Inès",
    "Jonas",
    "Kemi",
    "Lars",
    "Mara",
    "Nadia",
    "Oskar",
    "Priya",
    "Quang",
    "Rosa",
    "Samir",
    "Tove",
    "Uma",
    "Viktor",
    "Wanjiru",
    "Ximena",
    "Yusuf",
    "Zofia",
    "Aisha",
    "Bruno",
    "Carmen",
    "Diego",
    "Elif",
    "Femi",
    "Gita",
    "Hana",
    "Ivan",
    "Júlia",
    "Kofi",
    "Leila",
    "Mateo",
    "Noor",
    "Olga",
    "Pablo",
    "Rania",
    "Sofía",
    "Tariq",
    "Ulla",
    "Vera",
    "Wei",
    "Yara",
    "Zoltán",
]
LAST = [
    "Nováková",
    "Okafor",
    "Martin",
    "Patel",
    "Seo",
    "Haddad",
    "Lindqvist",
    "Laurent",
    "Benali",
    "Weber",
    "Adeyemi",
    "Eriksen",
    "Tanaka",
    "Rossi",
    "Kowalska",
    "García",
    "Mensah",
    "Ivanova",
    "Schmidt",
    "Dubois",
    "Nguyen",
    "Silva",
    "Horváth",
    "Costa",
    "Kim",
    "Moreau",
    "Jensen",
    "Fofana",
    "Petrov",
    "Yılmaz",
    "Mbeki",
    "López",
    "Sato",
    "Virtanen",
    "Ozturk",
    "Papadakis",
    "Hansen",
    "Barbosa",
    "Castro",
    "Diallo",
    "Egede",
    "Fischer",
    "Grigoryan",
    "Hernández",
    "Iqbal",
    "Johansson",
    "Kamau",
    "Lee",
    "Murphy",
    "Ndiaye",
]
HOPES = (
    "to lead a team without doing all of its work myself",
    "to say no to a project without losing the room",
    "to find my way in an organisation that is new to me",
    "to speak in meetings where everybody seems louder",
    "to decide what I want to do for the next five years",
    "to learn how others give honest feedback",
    "to move from doing to delegating",
    "to know more people outside my own corner",
    "to keep learning while the work never stops",
    "to negotiate for myself as well as I do for others",
)
# Countries with one time zone, or nearly all of their people in one.
ZONES = {
    "United Kingdom": "Europe/London", "Germany": "Europe/Berlin", "France": "Europe/Paris",
    "India": "Asia/Kolkata", "Netherlands": "Europe/Amsterdam", "Spain": "Europe/Madrid",
    "Italy": "Europe/Rome", "Poland": "Europe/Warsaw", "Sweden": "Europe/Stockholm",
    "Israel": "Asia/Jerusalem", "Turkey": "Europe/Istanbul", "Ukraine": "Europe/Kyiv",
    "Switzerland": "Europe/Zurich", "Austria": "Europe/Vienna", "Ireland": "Europe/Dublin",
    "New Zealand": "Pacific/Auckland", "South Africa": "Africa/Johannesburg",
    "Japan": "Asia/Tokyo", "Romania": "Europe/Bucharest", "Czech Republic": "Europe/Prague",
    "Belgium": "Europe/Brussels", "Denmark": "Europe/Copenhagen", "Norway": "Europe/Oslo",
    "Finland": "Europe/Helsinki", "Greece": "Europe/Athens", "Hungary": "Europe/Budapest",
    "Nigeria": "Africa/Lagos", "Kenya": "Africa/Nairobi", "Pakistan": "Asia/Karachi",
    "Bangladesh": "Asia/Dhaka", "Singapore": "Asia/Singapore", "Philippines": "Asia/Manila",
    "Argentina": "America/Argentina/Buenos_Aires", "Colombia": "America/Bogota",
}  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")


@dataclass(frozen=True)
class MadeUp:
    """What is made up for one survey row."""

    name: str
    email: str
    hours: str
    hopes: str
    wants_same_gender: str


def make_up(count: int, *, seed: int = 2019) -> list[MadeUp]:
    """Made-up parts for `count` people; the same for the same seed."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        days = sorted(chance.sample(range(5), chance.randint(2, 4)))
        spans = []
        for day in days:
            start = chance.choice((8, 9, 10, 12, 13, 14, 15, 16))
            spans.append(f"{DAYS[day]} {start:02}:00-{start + chance.choice((1, 2, 3)):02}:00")
        found.append(
            MadeUp(
                name=name,
                email=f"{plain.replace(' ', '.').replace(chr(39), '')}.{number}@demo.example",
                hours="; ".join(spans) if chance.random() < 0.85 else "",
                hopes=chance.choice(HOPES) if chance.random() < 0.8 else "",
                wants_same_gender="yes" if chance.random() < 0.04 else "",
            )
        )
    return found
