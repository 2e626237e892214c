"""From ticked criteria to a suggested level."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def suggest_level(
    criteria: Sequence[tuple[str, int]], ticked: Collection[str], *, met_at: int
) -> int:
    """Suggest a level of 0 or more from the criteria that a team ticked.

    `criteria` are (code, level); `met_at` is the lowest level that the scale flags as
    met. The suggestion is the highest level whose criteria and all below it are met.
    When some, but not all, criteria of the next level are met, it is the level halfway
    to it, rounded down: with criteria at 1 and 3, all of 1 and some of 3 suggest 2.
    A level without criteria is passed over only on the way to `met_at`, whose criteria
    include what lies below; above it every level must be shown, so that criteria at
    1, 3 and 5 never suggest more than 3. Ticks above a gap do not count, codes that no
    criterion has are ignored. The rule is ours.
    """
    reached = 0
    for level in sorted({level for _, level in criteria}):
        met = [code in ticked for code, at in criteria if at == level]
        if not any(met) or (level > met_at and level > reached + 1):
            return reached
        if not all(met):
            return (reached + level) // 2
        reached = level
    return reached
