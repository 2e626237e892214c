"""The published methods as whole editions: real structure, no text."""

import json
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from assessments.scoring import Control, Edition, Option, Scale
from tests.assessments.scoring.builders import (
    MET,
    SPRS,
    control,
    edition,
    library,
    numbers,
    section,
    statuses,
)

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


def _requirement(ref: str, prefix: str) -> Control:
    number = ref.removeprefix(prefix)
    plain = ("met", "not_met", "na")
    partial = number in ("3.5.3", "3.13.11")
    options = ("met", "partial", "not_met", "na") if partial else plain
    return control(ref, WEIGHTS[number] or 0, options=options)


@lru_cache
def sp800171() -> Edition:
    """NIST SP 800-171 Rev 2: 14 families, 110 requirements."""
    sections = []
    for family in FAMILIES:
        refs = [ref for ref in WEIGHTS if ref.rsplit(".", 1)[0] == family]
        sections.append(section(family, *(_requirement(ref, "") for ref in refs)))
    return edition(library()["sprs-points"], SPRS, sections)


@lru_cache
def cmmc2() -> Edition:
    """CMMC Level 2: the same requirements under the model's refs."""
    sections = []
    for family, letters in FAMILIES.items():
        prefix = f"{letters}.L2-"
        refs = [ref for ref in WEIGHTS if ref.rsplit(".", 1)[0] == family]
        controls = (_requirement(prefix + ref, prefix) for ref in refs)
        sections.append(section(letters, *controls))
    return edition(library()["cmmc-level-2"], SPRS, sections)


@lru_cache
def cmmc1() -> Edition:
    refs = [f"AC.L1-b.1.{number}" for number in range(1, 16)]
    return edition(library()["cmmc-level-1"], MET, [control(ref) for ref in refs])


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


@lru_cache
def cmmc3() -> Edition:
    return edition(library()["cmmc-level-3"], MET, [control(ref) for ref in LEVEL_3])


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


@lru_cache
def c2m2() -> Edition:
    """C2M2 v2.1: 10 domains, 356 practices with their MIL; objectives in two halves."""
    scale = Scale(
        tuple(
            Option(code, code, met=code in "LI FI") for code in ["NI", "PI", "LI", "FI"]
        ),
        Decimal(0),
        Decimal(3),
    )
    domains = []
    for name, counts in C2M2.items():
        practices = [
            control(f"{name}-{mil}-{at}", attributes={"mil": str(mil)})
            for mil, count in enumerate(counts, start=1)
            for at in range(count)
        ]
        half = len(practices) // 2
        objectives = (
            section(f"{name}-1", *practices[:half]),
            section(f"{name}-2", *practices[half:]),
        )
        domains.append(section(name, *objectives))
    return edition(library()["c2m2-mil"], scale, domains)


SAMM = {
    "G": ("SM", "PC", "EG"),
    "D": ("TA", "SR", "SA"),
    "I": ("SB", "SD", "DM"),
    "V": ("AA", "RT", "ST"),
    "O": ("IM", "EM", "OM"),
}
PRACTICES = [f"{letter}-{name}" for letter, names in SAMM.items() for name in names]


@lru_cache
def samm() -> Edition:
    """OWASP SAMM v2: 5 functions, 15 practices, 90 activities."""
    functions = []
    for letter, names in SAMM.items():
        practices = [
            section(f"{letter}-{name}", *_activities(f"{letter}-{name}"))
            for name in names
        ]
        functions.append(section(letter, *practices))
    return edition(library()["samm-maturity"], numbers(0, "0.25", "0.5", 1), functions)


def _activities(practice: str) -> list[Control]:
    return [
        control(f"{practice}-{level}-{stream}", attributes={"stream": stream})
        for level in (1, 2, 3)
        for stream in "AB"
    ]


CIS = [5, 7, 14, 12, 6, 8, 7, 12, 7, 7, 5, 8, 11, 9, 7, 14, 9, 5]


@lru_cache
def cis() -> Edition:
    """CIS Controls v8.1: 18 controls, 153 safeguards, groups of 56, 130 and 153."""
    scale = Scale(
        (
            Option("implemented", "Implemented", Decimal(1), met=True),
            Option("partly", "Partly", Decimal("0.5"), partial=True),
            Option("not_implemented", "Not implemented", Decimal(0)),
            Option("na", "Not applicable", na=True),
        ),
        Decimal(0),
        Decimal(1),
    )
    sections, seen = [], 0
    for number, count in enumerate(CIS, start=1):
        controls = []
        for at in range(1, count + 1):
            group = "IG1" if seen < 56 else "IG2" if seen < 130 else "IG3"
            controls.append(control(f"{number}.{at}", groups=frozenset({group})))
            seen += 1
        sections.append(section(f"C{number}", *controls))
    return edition(library()["cis-ig-coverage"], scale, sections)


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
