"""Who and what the demo shows. Everything here is invented."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.enums import Role

ORGANIZATION = "Northwind Pharma (demo)"
TIME_ZONE = "Europe/Lisbon"
TEAMS = ("IT operations", "Sterile filling", "Customer portal")
# People of the demo sign in under a domain that can't exist.
DOMAIN = "northwind.example"


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: Role
    teams: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


ADMIN = Person("Paul Osei", Role.ADMIN, TEAMS)
MANAGER = Person("Ines Duarte", Role.MANAGER, TEAMS)
CONTRIBUTOR = Person("Jonas Weber", Role.CONTRIBUTOR, TEAMS)
AUDITOR = Person("Ruth Adler", Role.AUDITOR)
VIEWER = Person("Mei Tanaka", Role.VIEWER)
PEOPLE = (ADMIN, MANAGER, CONTRIBUTOR, AUDITOR, VIEWER)


@dataclass(frozen=True, slots=True)
class Story:
    """One assessment of the demo: what it is about and how far it has come.

    `answered` is the share of pages that are answered, `levels` the levels that answers
    take in turn: a team is rarely equally good at everything.
    """

    edition: str
    team: str
    scope: str
    start: date
    end: date
    due: date
    target: Decimal
    levels: tuple[int, ...]
    answered: Decimal = Decimal(1)
    state: str = "open"
    # The day on which people worked on it; None for the days before the demo was made.
    worked_on: date | None = None


# Of these states the demo shows finished reports.
REPORTED = frozenset({"sealed"})

STORIES = (
    Story(
        edition="iso-27001/2022",
        team="IT operations",
        scope="Porto site and its cloud services",
        start=date(2024, 1, 1),
        end=date(2024, 12, 31),
        due=date(2024, 12, 6),
        target=Decimal(3),
        levels=(2, 1, 2, 2, 3, 1, 2, 0, 2, 1, 3),
        state="sealed",
        worked_on=date(2024, 11, 20),
    ),
    Story(
        edition="iso-27001/2022",
        team="IT operations",
        scope="Porto site and its cloud services",
        start=date(2025, 1, 1),
        end=date(2025, 12, 31),
        due=date(2025, 12, 5),
        target=Decimal(3),
        levels=(3, 2, 2, 3, 3, 1, 2, 1, 3, 2, 3),
        state="sealed",
        worked_on=date(2025, 11, 18),
    ),
    Story(
        edition="iso-27001/2022",
        team="IT operations",
        scope="Porto site and its cloud services",
        start=date(2026, 1, 1),
        end=date(2026, 12, 31),
        due=date(2026, 12, 4),
        target=Decimal(3),
        levels=(3, 3, 2, 3, 4, 2, 3, 1, 3, 2, 4),
        answered=Decimal("0.7"),
    ),
    Story(
        edition="gmp/us-21-cfr-211",
        team="Sterile filling",
        scope="Filling line 2, product release to the United States",
        start=date(2026, 1, 1),
        end=date(2026, 12, 31),
        due=date(2026, 12, 18),
        target=Decimal(4),
        levels=(4, 3, 3, 4, 2, 3, 4, 3, 5),
        state="review",
    ),
    Story(
        edition="iso-27032/2023",
        team="Customer portal",
        scope="Order portal for hospitals and pharmacies",
        start=date(2026, 4, 1),
        end=date(2027, 3, 31),
        due=date(2027, 1, 29),
        target=Decimal(3),
        levels=(2, 3, 1, 2, 3, 2),
        state="changes",
    ),
)
