"""What the rules of a method say about a score, in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessments import scoring
from assessments.display.numbers import label_text


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule beside the number, and what it says now.

    `outcome` is that of the gate, or "risk" where an open answer may cost the score;
    `control` is the ref that this answer belongs to, `days` how long a label lasts.
    """

    outcome: str
    text: str
    control: str = ""
    days: int = 0


def rules_of(score: scoring.Score, title_of: Callable[[str], str]) -> list[Rule]:
    """The rules that say something, each once; `title_of` names a control by ref."""
    rules = [rule for gate in score.gates for rule in _rules(gate, title_of)]
    labels = _open_labels(score)
    if labels:
        text = _("Depends on what is not answered yet: %(labels)s.")
        rules.append(Rule("open", text % {"labels": labels}))
    return list(dict.fromkeys(rules))


def _rules(gate: scoring.Gate, title_of: Callable[[str], str]) -> Iterator[Rule]:
    if gate.outcome != "open":
        if gate.message:
            yield Rule(gate.outcome, gate.message, days=gate.days)
    elif gate.effect == "no_score" and gate.waits_for:
        for ref in gate.waits_for:
            words = {"control": f"{ref} {title_of(ref)}".strip()}
            text = _(
                "%(control)s is not answered. If it turns out not to be met, there is "
                "no score at all."
            )
            yield Rule("risk", text % words, control=ref)
    elif gate.effect != "set_status":
        yield Rule("open", gate.message)


def _open_labels(score: scoring.Score) -> str:
    """The labels that the open answers decide between, others in between included."""
    if score.label != scoring.UNDECIDED:
        return ""
    open_gates = [g for g in score.gates if g.outcome == "open"]
    labels = [label_text(g.label) for g in open_gates if g.effect == "set_status"]
    names = list(dict.fromkeys(labels))
    if len(names) < 2:
        return ""
    words = {"first": names[0], "last": names[-1]}
    return _("anything from %(first)s to %(last)s") % words
