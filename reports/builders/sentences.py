"""What a report says in words: the page texts, the summary, the decisions asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.display.missing import rule_for_missing
from assessments.enums import Grade, State
from assessments.queries import saying
from assessments.queries.grades import grade_name
from assessments.queries.tuning import whole_target
from reports.builders.material import Material
from reports.renderers.words import WORDS


def texts(material: Material) -> dict[str, str]:
    """Every word of the templates in the active language."""
    words = {key: _(text) for key, text in WORDS.items()}
    # The moment that is printed is the data's own, so that equal data prints equally.
    words["prepared"] = _("As of")
    main = material.results.main
    words["open_intro"] = rule_for_missing(main.score, main.form)
    if material.results.answered and not material.results.is_shown:
        words["no_answers"] = _("A first score appears after five answers.")
    return words


def summary(material: Material) -> tuple[str, ...]:
    """What the numbers say; the change since the last time is printed apart."""
    results = material.results
    if not results.is_shown:
        return ()
    said = [
        saying.label_sentence(results.main),
        results.main.target_sentence,
        *results.section_sentences(),
    ]
    risks = [rule.text for rule in results.main.rules if rule.outcome == "risk"]
    paragraphs = " ".join(filter(None, said)), " ".join(risks)
    return tuple(filter(None, paragraphs))


def decisions(material: Material) -> tuple[str, ...]:
    """What somebody with the right to decide has to settle, from the facts alone."""
    return tuple(_decisions(material))


def _decisions(material: Material) -> Iterator[str]:
    results = material.results
    target = whole_target(material.assessment, material.edition)
    grades = Counter(j.verdict.grade for j in results.judged.values())
    standard = material.assessment.edition.standard
    for grade in (Grade.CRITICAL, Grade.MAJOR):
        if count := grades[grade]:
            text = _(
                "Say who corrects what is graded “%(grade)s” (%(n)d), and by when."
            )
            yield text % {"grade": grade_name(grade, standard), "n": count}
    if results.is_shown and results.gaps:
        yield ngettext(
            "Give the %(n)d gap an owner and a date, or accept less than "
            "%(target)s there.",
            "Give each of the %(n)d gaps an owner and a date, or accept less than "
            "%(target)s there.",
            len(results.gaps),
        ) % {"n": len(results.gaps), "target": target}
    if results.open and material.assessment.takes_answers:
        yield ngettext(
            "Say who answers the %(n)d open control, and by when.",
            "Say who answers the %(n)d open controls, and by when.",
            results.open,
        ) % {"n": results.open}
    unowned = sum(task.owner is None for task in material.tasks.values())
    if unowned and material.assessment.takes_answers:
        yield ngettext(
            "Name an owner for %(n)d section that has none.",
            "Name owners for %(n)d sections that have none.",
            unowned,
        ) % {"n": unowned}
    if material.assessment.state == State.ACCEPTED:
        yield _("Seal the assessment, so that nothing in it changes any more.")
