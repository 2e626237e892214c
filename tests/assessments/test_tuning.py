"""Weights and targets of one assessment: the service, the page, every number."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import Event
from assessments.models import ScoreSnapshot
from assessments.queries.events import tell
from assessments.queries.overview import overviews
from assessments.queries.results import results_of
from assessments.queries.targets import target_of, targets_of
from assessments.queries.tuning import own_targets, target_levels
from assessments.services.tuning import RefusedError, reset_weights, tune
from tests.factories.assessments import (
    AssessmentFactory,
    answer,
    answer_all,
    seal,
    tree_of,
)
from tests.factories.standards import EditionFactory, built_in_edition


@pytest.fixture
def plant(northwind, team, cast):
    """C.1 to C.12 with weights 2, 3, 1, 2, 3, 1 …, on pages P1 and P2 of S1."""
    return AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=12),
        manager=cast.manager.user,
        auditor=cast.auditor.user,
    )


def set_(assessment, by=None, **changes):
    return tune(
        assessment=assessment,
        edition=tree_of(assessment),
        by=by or assessment.manager,
        **changes,
    )


def url(assessment, query=""):
    return reverse("assessments:weights", args=[assessment.code]) + query


def shown(client, address):
    """The fields as the page shows them, with what it remembers of them."""
    data = {}
    for bound in client.get(address).context["form"]:
        value = bound.value()
        data[bound.html_name] = data[bound.html_initial_name] = str(value)
    return data


def test_a_weight_changes_the_score_everywhere(plant, cast, sign_in):
    answer_all(plant, "2")
    answer(plant, "C.1", "5")
    # Weights: 2 of 24 for C.1; then 26 of 48.
    set_(plant, weights={"C.1": Decimal(26)})

    results = results_of(plant, tree_of(plant))

    assert results.score.value == Decimal(26 * 5 + 22 * 2) / 48
    (row,) = overviews([plant])
    assert row.value == "3.6"
    client = sign_in(cast.manager)
    for name in ("results", "tasks", "submit"):
        page = client.get(reverse(f"assessments:{name}", args=[plant.code]))
        assertContains(page, "3.6</b>")


def test_only_what_differs_is_stored_and_logged(plant):
    assert set_(plant, weights={"C.1": Decimal("2.0"), "C.2": Decimal("0.5")})

    plant.refresh_from_db()
    assert (plant.weights, plant.targets) == ({"C.2": "0.5"}, {})
    event = Event.objects.get(subject=plant.subject, action="assessment.tuned")
    assert (event.before, event.after) == (
        {"weights": {"C.2": ""}, "targets": {}},
        {"weights": {"C.2": "0.5"}, "targets": {}},
    )
    told = tell(event, tree_of(plant))
    assert told.sentence == "Changed weights or targets."
    assert [(d.label, d.before, d.after) for d in told.details] == [
        ("Weights", "C.2: –", "C.2: 0.5")
    ]
    assert not set_(plant, weights={"C.2": Decimal("0.50")})
    assert set_(plant, weights={"C.2": None})
    assert plant.weights == {}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": {"C.1": Decimal(-1)}}, "C.1: a weight is a number"),
        ({"weights": {"C.1": Decimal("0.12345")}}, "C.1: a weight is a number"),
        ({"weights": {"C.1": Decimal("NaN")}}, "C.1: a weight is a number"),
        ({"weights": {"C.1": Decimal("1e30")}}, "C.1: a weight is a number"),
        ({"weights": {"C.99": Decimal(1)}}, "C.99: there is no such control."),
        (
            {"weights": {f"C.{n}": Decimal(0) for n in range(1, 13)}},
            "At least one control must have a weight above 0.",
        ),
        ({"targets": {"C.1": "na"}}, "C.1 can’t aim at “na”."),
        ({"targets": {"C.1": "7"}}, "C.1 can’t aim at “7”."),
        ({"targets": {"X": "3"}}, "X: there is no such control."),
    ],
)
def test_what_cannot_be_taken_is_refused_as_a_whole(plant, changes, message):
    with pytest.raises(RefusedError, match=message.replace(".", r"\.")):
        set_(plant, **changes)

    plant.refresh_from_db()
    assert (plant.weights, plant.targets) == ({}, {})


def test_nothing_changes_once_it_is_sealed(plant, cast, sign_in):
    answer_all(plant, "3")
    seal(plant, by=cast.auditor.user)

    with pytest.raises(PermissionDenied):
        set_(plant, weights={"C.1": Decimal(1)})
    client = sign_in(cast.manager)
    assertContains(client.get(url(plant)), "<fieldset disabled>")
    assert client.post(url(plant), {"action": "reset"}).status_code == 403


def test_the_nearest_target_holds(plant):
    set_(plant, targets={"S1": "2", "P2": "4", "C.12": "5"})
    edition = tree_of(plant)

    levels = target_levels(plant, edition, edition.assessable())

    assert [levels[f"C.{n}"] for n in (1, 10, 11, 12)] == [2, 2, 4, 5]
    # 10 controls weigh 20 on page 1; C.11 and C.12 weigh 3 and 1.
    weights = {c.ref: c.weight for c in edition.assessable()}
    total = sum(weights[ref] * level for ref, level in levels.items())
    assert target_of(edition, plant) == total / sum(weights.values())
    (first,) = targets_of(edition, plant).values()
    assert (first["P1"], first["P2"]) == (
        2,
        (4 * weights["C.11"] + 5 * weights["C.12"])
        / (weights["C.11"] + weights["C.12"]),
    )


def test_targets_reach_gaps_questionnaire_and_page(plant, cast, sign_in):
    answer_all(plant, "3")
    set_(plant, targets={"P2": "5"})

    results = results_of(plant, tree_of(plant))
    assert [gap.ref for gap in results.gaps] == ["C.11", "C.12"]
    assert {gap.aim.chip for gap in results.gaps} == {"5"}
    client = sign_in(cast.manager)
    page = client.get(reverse("assessments:section", args=[plant.code, "P2"]))
    assertContains(page, "Target: 5")
    found = client.get(
        reverse("assessments:controls", args=[plant.code]), {"show": "below"}
    )
    assert [view.ref for view in found.context["views"]] == ["C.11", "C.12"]
    page = client.get(reverse("assessments:results", args=[plant.code]))
    assertContains(page, 'data-label="Target"')


def test_a_target_between_two_levels_lies_between_their_scores(plant):
    plant.target = Decimal("2.5")

    assert target_of(tree_of(plant), plant) == Decimal("2.5")


def test_a_control_that_lacks_the_option_aims_at_the_next_better(northwind, team, cast):
    edition = built_in_edition("nist-800-171/r2")
    found = AssessmentFactory(
        organization=northwind, team=team, edition=edition, target=Decimal(1)
    )
    set_(found, targets={"3.5": "partial", "3.5.1": "not_met"})

    own = own_targets(found, tree_of(found))

    assert (own["3.5.1"], own["3.5.2"], own["3.5.3"]) == ("not_met", "met", "partial")
    # 5 points for 3.5.1 and 3 for 3.5.3 in part.
    assert target_of(tree_of(found), found) == 102


@pytest.fixture
def domains(northwind, team, cast):
    """An assessment by C2M2, each practice aiming at "largely implemented"."""
    return AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition("c2m2/2.1"),
        manager=cast.manager.user,
        target=Decimal(1),
    )


def test_a_domain_aims_at_a_level(domains):
    set_(domains, targets={"ASSET": "MIL2", "ASSET-1a": "FI"})
    tree = tree_of(domains)
    asset = [c for c in tree.assessable() if c.ref.startswith("ASSET")]

    own = own_targets(domains, tree)

    assert own.keys() == {control.ref for control in asset}
    for control in asset:
        wanted = "NI" if control.attributes["mil"] == "3" else "LI"
        assert own[control.ref] == ("FI" if control.ref == "ASSET-1a" else wanted)
    targets = targets_of(tree, domains)["mil"]
    assert (targets["ASSET"], targets["THREAT"]) == (2, 3)


def test_what_a_level_does_not_ask_is_no_gap(domains, cast, sign_in):
    set_(domains, targets={"ASSET": "MIL1"})
    answer_all(domains, "LI")
    for control in tree_of(domains).assessable():
        if control.ref.startswith("ASSET") and control.attributes["mil"] != "1":
            answer(domains, control, "NI")

    results = results_of(domains, tree_of(domains))

    assert results.gaps == []
    assert results.lines[0].to_target == "Met"
    assert results.says[0] == "10 of 10 sections are at their target."
    above = next(
        control
        for control in tree_of(domains).assessable()
        if control.attributes["mil"] == "3"
    )
    page = reverse("assessments:control", args=[domains.code, above.ref])
    assertContains(sign_in(cast.manager).get(page), "Target: none")


def test_only_a_domain_can_aim_at_a_level(domains):
    for ref in ("ASSET-1", "ASSET-1a"):
        with pytest.raises(RefusedError, match=f"{ref} can’t aim at “MIL2”."):
            set_(domains, targets={ref: "MIL2"})


def test_the_page_offers_levels_to_domains(domains, cast, sign_in):
    client = sign_in(cast.manager)
    page = url(domains, "?section=ASSET")
    data = shown(client, page)

    response = client.post(page, data | {"t:ASSET": "MIL2"})

    assert response.status_code == 302
    domains.refresh_from_db()
    assert domains.targets == {"ASSET": "MIL2"}
    offered = client.get(page).context["form"]["t:ASSET"].field.choices
    assert offered == [("MIL1", "MIL1"), ("MIL2", "MIL2"), ("MIL3", "MIL3")]
    assertNotContains(client.get(page), 'name="t:ASSET-1a"')


def test_every_domain_aims_at_a_level_in_one_step(domains, cast, sign_in):
    set_(domains, targets={"ASSET": "MIL3", "ASSET-1a": "FI"})
    client = sign_in(cast.manager)
    page = url(domains, "?section=THREAT")

    response = client.post(page, {"action": "level", "level": "MIL2"})

    assert response.status_code == 302
    assert response.url == page
    domains.refresh_from_db()
    refs = [section.ref for section in tree_of(domains).sections]
    assert len(refs) == 10
    assert domains.targets == dict.fromkeys(refs, "MIL2") | {"ASSET-1a": "FI"}
    assertContains(client.get(page), '<option value="MIL2" selected>MIL2</option>', 2)


def test_a_level_that_there_is_not_is_refused(domains, cast, sign_in):
    response = sign_in(cast.manager).post(
        url(domains), {"action": "level", "level": "MIL9"}
    )

    assert response.status_code == 200
    assertContains(response, "MIL9 is not one of the available choices.")
    domains.refresh_from_db()
    assert domains.targets == {}


def test_other_methods_offer_no_level_for_every_section(plant, cast, sign_in):
    client = sign_in(cast.manager)
    assertNotContains(client.get(url(plant)), "Level for every section")

    client.post(url(plant), {"action": "level", "level": "3"})
    plant.refresh_from_db()
    assert plant.targets == {}


def test_the_publishers_weights_stay(northwind, team, cast, sign_in):
    edition = built_in_edition("nist-800-171/r2")
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=edition,
        manager=cast.manager.user,
        target=Decimal(1),
    )

    with pytest.raises(RefusedError):
        set_(found, weights={"3.1.1": Decimal(1)})
    page = sign_in(cast.manager).get(url(found))
    assertContains(page, "publisher’s method and can’t be changed")
    assertContains(page, "The target of the whole assessment is")
    assert page.context["target"] == "Met"
    assertNotContains(page, 'name="w:3.1.1"')
    assertContains(page, 'name="t:3.1.1"')


def test_the_snapshot_keeps_weights_and_targets(plant, cast):
    answer_all(plant, "3")
    set_(plant, weights={"C.1": Decimal(7)}, targets={"C.2": "4"})
    seal(plant, by=cast.auditor.user)

    kept = ScoreSnapshot.objects.filter(assessment=plant).first().scores
    assert (kept["weights"], kept["targets"], kept["target"]) == (
        {"C.1": "7"},
        {"C.2": "4"},
        "3",
    )
    assert [one["name"] for one in kept["outcomes"]["self"]] == ["maturity"]


def test_the_page_saves_what_was_changed_on_it(plant, cast, sign_in):
    client = sign_in(cast.manager)
    data = shown(client, url(plant))
    # Somebody else changes another control meanwhile.
    set_(plant, weights={"C.3": Decimal(9)})

    response = client.post(url(plant), data | {"w:C.1": "4.5", "t:P1": "4"})

    assert response.url == url(plant)
    plant.refresh_from_db()
    assert plant.weights == {"C.1": "4.5", "C.3": "9"}
    assert plant.targets == {"P1": "4"}
    data = shown(client, url(plant))
    assert client.post(url(plant), data | {"w:C.1": "", "t:P1": ""}).status_code == 302
    plant.refresh_from_db()
    assert (plant.weights, plant.targets) == ({"C.3": "9"}, {})


def test_the_page_names_what_is_wrong(plant, cast, sign_in):
    client = sign_in(cast.manager)
    data = shown(client, url(plant))

    response = client.post(url(plant), data | {"w:C.1": "-2"})

    assertContains(response, "C.1 Handling of topic 1: A weight can’t be below 0.")
    response = client.post(url(plant), data | {"w:C.1": "10001"})
    assertContains(response, "A weight can’t be above 10000.")
    none = {name: "0" for name in data if name.startswith("w:")}
    response = client.post(url(plant), data | none)
    assertContains(response, "At least one control must have a weight above 0.")


def test_back_to_the_weights_of_the_edition(plant, cast, sign_in):
    set_(plant, weights={"C.1": Decimal(7)}, targets={"C.2": "4"})
    client = sign_in(cast.manager)
    assertContains(client.get(url(plant)), "Back to the edition’s weights")

    client.post(url(plant), {"action": "reset"})

    plant.refresh_from_db()
    assert (plant.weights, plant.targets) == ({}, {"C.2": "4"})
    assert not reset_weights(assessment=plant, edition=tree_of(plant), by=plant.manager)


def test_a_large_edition_has_a_page_for_each_section(northwind, team, cast, sign_in):
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=EditionFactory(controls=300),
        manager=cast.manager.user,
    )
    client = sign_in(cast.manager)

    first = client.get(url(found))
    assertContains(first, 'name="w:C.1"')
    assertNotContains(first, 'name="w:C.300"')
    assertContains(first, "?section=S3")
    last = url(found, "?section=S3")
    data = shown(client, last)
    assert "w:C.300" in data
    assert client.post(last, data | {"w:C.300": "8"}).url == last
    found.refresh_from_db()
    assert found.weights == {"C.300": "8"}
    assert client.get(url(found, "?section=nowhere")).status_code == 404


def test_a_method_without_weights_says_so(northwind, team, cast, sign_in):
    found = AssessmentFactory(
        organization=northwind,
        team=team,
        edition=built_in_edition("cis-controls/8.1"),
        manager=cast.manager.user,
        target=Decimal(1),
    )

    page = sign_in(cast.manager).get(url(found))

    assertContains(page, "counts every control the same")
