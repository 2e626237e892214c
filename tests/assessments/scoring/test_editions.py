"""The editions that carry the published methods, against counted facts.

shared/facts/standards.md: 1.7 and 1.8 (DoD), 2.36 (C2M2), 1.4 (SAMM), 2.18 (CIS),
2.7 (CSF).
"""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.assessments.scoring.builders import leaves
from tests.assessments.scoring.published import (
    C2M2,
    CIS,
    FAMILIES,
    LEVEL_3,
    PRACTICES,
    SAMM,
    WEIGHTS,
    activities,
    built_in,
    c2m2,
    cis,
    cmmc1,
    cmmc2,
    cmmc3,
    samm,
    sp800171,
)

FACTS = Path(settings.BASE_DIR).parent / "shared" / "facts" / "assertions.yaml"
PER_FAMILY = [22, 3, 9, 9, 11, 3, 6, 9, 2, 6, 3, 4, 16, 7]
OBJECTIVES = [5, 3, 5, 4, 4, 5, 3, 5, 6, 3]
GROUPS = {"IG1": 56, "IG2": 130, "IG3": 153}
CSF = {
    **{"GV.OC": 5, "GV.RM": 7, "GV.RR": 4, "GV.PO": 2, "GV.OV": 3, "GV.SC": 10},
    **{"ID.AM": 7, "ID.RA": 10, "ID.IM": 4},
    **{"PR.AA": 6, "PR.AT": 2, "PR.DS": 4, "PR.PS": 6, "PR.IR": 4},
    **{"DE.CM": 5, "DE.AE": 6},
    **{"RS.MA": 5, "RS.AN": 4, "RS.CO": 2, "RS.MI": 2},
    **{"RC.RP": 6, "RC.CO": 2},
}


def counts(parts):
    return {part.ref: len(leaves(part)) for part in parts}


def points(whole, prefixed=False):
    """Weights by requirement; 3.12.4 has none of its own."""
    found = {leaf.ref: leaf.weight for leaf in leaves(whole)}
    if prefixed:
        found = {ref.split(".L2-")[1]: weight for ref, weight in found.items()}
    return found | {"3.12.4": None}


def test_sp800171_has_its_families_and_weights():
    whole = sp800171()

    assert counts(whole.sections) == dict(zip(FAMILIES, PER_FAMILY, strict=True))
    assert points(whole) == WEIGHTS
    assert Counter(WEIGHTS.values()) == {5: 44, 3: 14, 1: 51, None: 1}


def test_cmmc_level_2_is_the_same_under_the_refs_of_the_model():
    whole = cmmc2()

    families = FAMILIES.values()
    assert counts(whole.sections) == dict(zip(families, PER_FAMILY, strict=True))
    assert points(whole, prefixed=True) == WEIGHTS
    for section in whole.sections:
        for leaf in leaves(section):
            assert leaf.ref.startswith(f"{section.ref}.L2-")


@pytest.mark.parametrize("edition", [sp800171, cmmc2])
def test_only_two_requirements_may_be_met_in_part(edition):
    partial = [leaf.ref for leaf in leaves(edition()) if "partial" in leaf.options]

    assert [ref.rsplit("-", 1)[-1] for ref in partial] == ["3.5.3", "3.13.11"]
    assert all(leaf.options for leaf in leaves(edition()))


def test_cmmc_level_1_and_3():
    first = {"AC": 4, "IA": 2, "MP": 1, "PE": 2, "SC": 2, "SI": 4}

    assert counts(cmmc1().sections) == first
    assert sum(first.values()) == 15
    assert sorted(leaf.ref for leaf in leaves(cmmc3())) == sorted(LEVEL_3)
    assert len(LEVEL_3) == 24


def test_c2m2_has_its_domains_objectives_and_levels():
    levels = {
        domain.ref: Counter(leaf.attributes["mil"] for leaf in leaves(domain))
        for domain in c2m2().sections
    }

    assert levels == {
        name: dict(zip("123", split, strict=True)) for name, split in C2M2.items()
    }
    assert [len(domain.sections) for domain in c2m2().sections] == OBJECTIVES
    assert len(leaves(c2m2())) == 356


def test_c2m2_ends_each_domain_with_six_management_activities():
    for domain in c2m2().sections:
        last = leaves(domain.sections[-1])
        assert [leaf.attributes["mil"] for leaf in last] == list("223333"), domain.ref


def test_samm_has_its_functions_practices_and_streams():
    functions = {
        function.ref: tuple(part.ref.split("-")[1] for part in function.sections)
        for function in samm().sections
    }

    assert functions == SAMM
    for function in samm().sections:
        for practice in function.sections:
            wanted = {
                (leaf.ref, leaf.attributes["stream"])
                for leaf in activities(practice.ref)
            }
            found = {(leaf.ref, leaf.attributes["stream"]) for leaf in leaves(practice)}
            assert found == wanted
    assert len(PRACTICES) * 6 == 90
    values = {option.code: option.value for option in samm().scale.options}
    assert values == {code: Decimal(code) for code in ("0", "0.25", "0.5", "1")}


def test_cis_has_its_safeguards_and_groups():
    assert list(counts(cis().sections).values()) == CIS
    groups = Counter(group for leaf in leaves(cis()) for group in leaf.groups)
    assert groups == GROUPS
    for leaf in leaves(cis()):
        assert "IG3" in leaf.groups
        assert "IG2" in leaf.groups or "IG1" not in leaf.groups


def test_csf_has_its_functions_and_categories():
    functions = built_in("nist-csf/2.0").sections

    assert counts(part for one in functions for part in one.sections) == CSF
    assert [one.ref for one in functions] == ["GV", "ID", "PR", "DE", "RS", "RC"]
    assert (len(CSF), sum(CSF.values())) == (22, 106)


def test_facts_agree_with_the_numbers_asserted_here():
    if not FACTS.exists():
        pytest.skip(f"{FACTS} is not on this machine")
    facts = yaml.safe_load(FACTS.read_text())

    assert facts["c2m2_2_1"]["per_domain"] == [sum(split) for split in C2M2.values()]
    assert facts["c2m2_2_1"]["mil"] == [
        sum(split) for split in zip(*C2M2.values(), strict=True)
    ]
    assert facts["c2m2_2_1"]["objectives"] == sum(OBJECTIVES)
    assert facts["cis_8_1"]["per_control"] == CIS
    assert facts["cis_8_1"]["ig"] == list(GROUPS.values())
    assert facts["csf2"]["subcategories"] == sum(CSF.values())
    assert facts["sp800171r2"]["weight_sum"] == sum(w or 0 for w in WEIGHTS.values())
    assert (facts["cmmc"]["l1"], facts["cmmc"]["l3_extra"]) == (15, len(LEVEL_3))
