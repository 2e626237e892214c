"""The figures as a table for people and as JSON for machines."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement. `most` or `least` is the limit, where there is one."""

    name: str
    value: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def kept(self) -> bool:
        over = self.most is not None and self.value > self.most
        under = self.least is not None and self.value < self.least
        return not over and not under

    @property
    def limit(self) -> str:
        if self.most is not None:
            return f"at most {self.most:g}"
        return f"at least {self.least:g}" if self.least is not None else ""


def show(figures: list[Figure]) -> None:
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        verdict = "" if not figure.limit else "kept" if figure.kept else "BROKEN"
        value = f"{figure.value:g}"
        print(
            f"{figure.name:<{width}}  {value:>9} {figure.unit:<11}"
            f" {figure.limit:<14} {verdict}"
        )
    print()
    print(json.dumps([asdict(figure) | {"kept": figure.kept} for figure in figures]))
