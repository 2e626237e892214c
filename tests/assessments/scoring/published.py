"""The published methods as whole editions, and what is known of their structure.

Editions that Plumbline brings are the real ones, so that the published figures hold for
what people use. The others have the structure of the method and no text.
"""

import json
from functools import lru_cache
from pathlib import Path

from assessments.queries.prepared import scoring_edition
from assessments.scoring import Control, Edition
from tests.assessments.scoring.builders import (
    MET,
    control,
    edition,
    library,
    numbers,
    section,
    statuses,
)
from tests.factories.standards import built_in_library

_WEIGHTS = Path(__file__).with_name("sp800171_weights.json")
WEIGHTS = json.loads(_WEIGHTS.read_text(encoding="utf-8"))
FAMILIES = dict(
    zip(
        [f"3.{number}" for number in range(1, 15)],
        [
            "AC",
            "AT",
            "AU",
            "CM",
            "IA",
            "IR",
            "MA",
            "MP",
            "PS",
            "PE",
            "RA",
            "CA",
            "SC",
            "SI",
        ],
        strict=True,
    )
)


@lru_cache
def built_in(code: str) -> Edition:
    editions = built_in_library().editions
    return next(scoring_edition(one) for one in editions if one.code == code)


def sp800171() -> Edition:
    """NIST SP 800-171 Rev 2: 14 families, 110 requirements."""
    return built_in("nist-800-171/r2")


def cmmc1() -> Edition:
    return built_in("cmmc/2.0-level-1")


def cmmc2() -> Edition:
    """CMMC Level 2: the same requirements under the model's refs."""
    return built_in("cmmc/2.0-level-2")


LEVEL_3 = [
    "AC.L3-3.1.2e",
    "AC.L3-3.1.3e",
    "AT.L3-3.2.1e",
    "AT.L3-3.2.2e",
    "CM.L3-3.4.1e",
    "CM.L3-3.4.2e",
    "CM.L3-3.4.3e",
    "IA.L3-3.5.1e",
    "IA.L3-3.5.3e",
    "IR.L3-3.6.1e",
    "IR.L3-3.6.2e",
    "PS.L3-3.9.2e",
    "RA.L3-3.11.1e",
    "RA.L3-3.11.2e",
    "RA.L3-3.11.3e",
    "RA.L3-3.11.4e",
    "RA.L3-3.11.5e",
    "RA.L3-3.11.6e",
    "RA.L3-3.11.7e",
    "CA.L3-3.12.1e",
    "SC.L3-3.13.4e",
    "SI.L3-3.14.1e",
    "SI.L3-3.14.3e",
    "SI.L3-3.14.6e",
]


def cmmc3() -> Edition:
    return built_in("cmmc/2.0-level-3")


# Practices per domain at MIL1, MIL2 and MIL3.
C2M2 = {
    "ASSET": (5, 18, 13),
    "THREAT": (8, 11, 11),
    "RISK": (4, 19, 16),
    "ACCESS": (8, 17, 10),
    "SITUATION": (3, 13, 12),
    "RESPONSE": (9, 23, 17),
    "THIRD-PARTIES": (4, 10, 11),
    "WORKFORCE": (7, 12, 13),
    "ARCHITECTURE": (6, 30, 22),
    "PROGRAM": (2, 13, 9),
}


def c2m2() -> Edition:
    """C2M2 v2.1: 10 domains, 43 objectives, 356 practices with their MIL."""
    return built_in("c2m2/2.1")


SAMM = {
    "G": ("SM", "PC", "EG"),
    "D": ("TA", "SR", "SA"),
    "I": ("SB", "SD", "DM"),
    "V": ("AA", "RT", "ST"),
    "O": ("IM", "EM", "OM"),
}
PRACTICES = [f"{letter}-{name}" for letter, names in SAMM.items() for name in names]


def samm() -> Edition:
    """OWASP SAMM v2: 5 functions, 15 practices, 90 activities."""
    return built_in("samm/2")


def activities(practice: str) -> list[Control]:
    return [
        control(f"{practice}-{level}-{stream}", attributes={"stream": stream})
        for level in (1, 2, 3)
        for stream in "AB"
    ]


# Safeguards per control.
CIS = [5, 7, 14, 12, 6, 8, 7, 12, 7, 7, 5, 8, 11, 9, 7, 14, 9, 5]


def cis() -> Edition:
    """CIS Controls v8.1: 18 controls, 153 safeguards, groups of 56, 130 and 153."""
    return built_in("cis-controls/8.1")


@lru_cache
def process() -> Edition:
    """One process with the nine attributes of ISO/IEC 33020, rated N, P, L, F."""
    levels = [1, 2, 2, 3, 3, 4, 4, 5, 5]
    names = ["1.1", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2", "5.1", "5.2"]
    attributes = [
        control(f"PA{name}", attributes={"level": str(level)})
        for name, level in zip(names, levels, strict=True)
    ]
    profile = library()["iso-33020-capability"]
    return edition(profile, statuses(*"NPLF"), [section("P", *attributes)])


@lru_cache
def itil() -> Edition:
    """Change enablement: 7, 18, 5 and 4 criteria at levels 2 to 5."""
    controls = [
        control(f"{level}.{at}", attributes={"level": str(level)})
        for level, count in ((2, 7), (3, 18), (4, 5), (5, 4))
        for at in range(count)
    ]
    return edition(library()["itil-capability"], MET, [section("CE", *controls)])


@lru_cache
def pci() -> Edition:
    """250 requirements in 12 sections."""
    scale = statuses(
        "in_place", "compensating", "customized", "not_in_place", "not_tested"
    )
    sections = [
        section(str(at), *(control(f"{at}.{n}") for n in range(21 if at < 12 else 19)))
        for at in range(1, 13)
    ]
    return edition(library()["pci-dss-status"], scale, sections)


BREEAM = {
    "MAN": (22,),
    "HEA": (10,),
    "ENE": (15, 15),
    "TRA": (9,),
    "WAT": (9,),
    "MAT": (12,),
    "WST": (7,),
    "LE": (10,),
    "POL": (13,),
    "INN": (10,),
}


@lru_cache
def breeam() -> Edition:
    """Credits available per section as in the worked example of the 2011 scheme."""
    sections = []
    for name, credits in BREEAM.items():
        controls = [
            control(
                f"{name}-{at:02}",
                options=(*map(str, range(most + 1)), "na"),
                attributes={"credits": str(most)},
            )
            for at, most in enumerate(credits, start=1)
        ]
        sections.append(section(name, *controls))
    return edition(library()["breeam-2011"], numbers(*range(23)), sections)


@lru_cache
def energy_star() -> Edition:
    method = library()["energy-star"]
    return edition(method, numbers(*range(1, 101)), [control("SCORE")])
