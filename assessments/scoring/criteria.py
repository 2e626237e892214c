"""From ticked criteria to a suggested level."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def suggest_level(criteria: Sequence[tuple[str, int]], ticked: Collection[str]) -> int:
    """Suggest a level of 0 or more from the criteria that a team ticked.

    `criteria` are (code, level). The suggestion is the highest level whose criteria
    and all below it are met. When some, but not all, criteria of the next level that
    has any are met, it is the level halfway to it, rounded down: with criteria at 1,
    3 and 5, all of 1 and some of 3 suggest 2; all of 1 and none of 3 suggest 1. With
    no level between, it stays at the lower one. Ticks above a gap do not count, codes
    that no criterion has are ignored. The rule is ours.
    """
    reached = 0
    for level in sorted({level for _, level in criteria}):
        met = [code in ticked for code, at in criteria if at == level]
        if all(met):
            reached = level
        elif any(met):
            return (reached + level) // 2
        else:
            return reached
    return reached
