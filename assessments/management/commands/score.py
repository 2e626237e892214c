"""`manage.py score`: a score without a page, from a file of answers."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from assessments import scoring
from assessments.display.numbers import ScoreFormat, format_of
from assessments.queries.prepared import scoring_edition
from assessments.services.answer_files import UnreadableFileError, csv_lines
from standards.loader import EditionData, load_edition, load_shared
from standards.models import Edition
from standards.queries import edition_tree

COLUMNS = ("ref", "option", "justification")
BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Score a CSV file of answers (columns ref, option, justification; a blank "
        "option means unanswered) by the method of an edition. Names every bad row and "
        "exits with 2 when there is one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("edition", help="such as iso-27001/2022")
        parser.add_argument("answers", help="the CSV file, or - for standard input")
        parser.add_argument("--format", choices=["table", "json"], default="table")
        parser.add_argument("--outcome", help="only the outcome of this name")
        progress = "for outcomes that measure progress, such as those of SAMM: "
        parser.add_argument(
            "--target", help=f"{progress}the option that every control aims at"
        )
        parser.add_argument(
            "--baseline", help=f"{progress}the answers of an earlier time, as ANSWERS"
        )

    def handle(self, **options: Any) -> None:
        data = find_edition(options["edition"])
        edition = scoring_edition(data)
        answers = self._answers(edition, options["answers"])
        earlier, target = options["baseline"], options["target"]
        try:
            scores = scoring.score_all(
                edition,
                answers,
                targets={edition.code: target} if target else None,
                baseline=self._answers(edition, earlier) if earlier else None,
            )
        except scoring.AnswerError as error:
            message = f"--target {target}: {error}"
            raise CommandError(message, returncode=BAD_INPUT) from error
        scores = chosen(scores, options["outcome"])
        if options["format"] == "json":
            self._print(json.dumps(_document(data, scores)))
        else:
            self._print("\n".join(_table(data, scores)))

    def _answers(
        self, edition: scoring.Edition, name: str
    ) -> dict[str, scoring.Answer]:
        """The answers of a file. Names every bad row and exits with 2 for one."""
        rows = read_rows(name)
        problems = scoring.check_answers(edition, rows)
        for problem in problems:
            self.stderr.write(f"line {problem.line}: {problem.message}")
        if problems:
            sys.exit(BAD_INPUT)
        return {row.ref: scoring.Answer(row.option, row.justification) for row in rows}

    def _print(self, text: str) -> None:
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            # Whoever reads has seen enough, as `head` has; Python would try again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def find_edition(code: str) -> EditionData:
    """The edition `standard/edition`, from the built-in files or the database.

    Raises CommandError (exit 2) for one that neither has.
    """
    standard, _slash, slug = code.partition("/")
    folder = Path(settings.LIBRARY_DIR)
    known = {
        f"{path.parent.name}/{path.stem}": path
        for path in folder.glob("*/*.yaml")
        if path.stem != "standard"
    }
    if code in known:
        path = known[code]
        return load_edition(
            path.read_bytes(),
            file=str(path),
            standard=standard,
            slug=slug,
            shared=load_shared(folder),
        )
    stored = _stored(standard, slug)
    if stored is None:
        names = ", ".join(sorted(known))
        message = f"There is no edition {code!r}. Built in are: {names}."
        raise CommandError(message, returncode=BAD_INPUT)
    return edition_tree(stored.pk, stored.checksum)


def _stored(standard: str, slug: str) -> Edition | None:
    try:
        return Edition.objects.filter(standard__slug=standard, slug=slug).first()
    except DatabaseError:  # none set up yet; the built-in editions need none
        return None


def read_rows(name: str) -> list[scoring.AnswerRow]:
    """The rows of the file, each with its line. Raises CommandError (exit 2)."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        lines = csv_lines(raw, skip_spaces=True)
    except (OSError, UnreadableFileError) as error:
        message = f"{name} can't be read: {error}"
        raise CommandError(message, returncode=BAD_INPUT) from error
    header = [cell.strip().lower() for cell in lines[0][1]] if lines else []
    if any(header.count(name) > 1 for name in COLUMNS):
        message = "The first line names a column twice."
        raise CommandError(message, returncode=BAD_INPUT)
    if not {"ref", "option"}.issubset(header):
        message = f"The first line must name the columns: {', '.join(COLUMNS)}."
        raise CommandError(message, returncode=BAD_INPUT)
    filled = [(line, cells) for line, cells in lines[1:] if "".join(cells).strip()]
    return [_row(dict(zip(header, cells, strict=False)), at) for at, cells in filled]


def _row(row: dict[str, str], line: int) -> scoring.AnswerRow:
    ref, option, justification = (row.get(name, "").strip() for name in COLUMNS)
    return scoring.AnswerRow(ref, option or None, justification, line)


def chosen(
    scores: tuple[scoring.Score, ...], outcome: str | None
) -> tuple[scoring.Score, ...]:
    """All outcomes, or the one named. Raises CommandError (exit 2) for another name."""
    if outcome is None:
        return scores
    found = tuple(score for score in scores if score.name == outcome)
    if not found:
        names = ", ".join(score.name for score in scores)
        message = f"There is no outcome {outcome!r}. This edition has: {names}."
        raise CommandError(message, returncode=BAD_INPUT)
    return found


def _document(
    data: EditionData, scores: tuple[scoring.Score, ...]
) -> dict[str, object]:
    return {
        "standard": data.standard,
        "edition": data.slug,
        "outcomes": [scoring.to_plain(score) for score in scores],
    }


def _table(data: EditionData, scores: tuple[scoring.Score, ...]) -> list[str]:
    lines = [data.title]
    for score in scores:
        form = format_of(score)
        lines += ["", f"{score.title} ({score.name}): {_line(score, form)}"]
        lines += [f"  {gate.message}" for gate in score.gates if gate.message]
        lines += [
            f"  {section.ref:<16} {_line(section, form)}  {section.title}"
            for section in score.sections
        ]
        lines.append(f"  Method: {score.method}. {score.source}")
    return lines


def _line(score: scoring.Score | scoring.SectionScore, form: ScoreFormat) -> str:
    coverage = f"{score.coverage.answered} of {score.coverage.applicable} answered"
    value = form.text(score.value)
    spread = ""
    if score.low != score.high:
        low, high = form.texts(score.low, score.high)
        spread = f" (range {low} to {high})"
    label = f", {score.label}" if score.label else ""
    return f"{value}{spread}{label}, {score.status}, {coverage}"
