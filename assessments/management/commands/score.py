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
from assessments.display.missing import headline, missing_sentence
from assessments.display.numbers import NONE_TEXT, ScoreFormat, format_of
from assessments.display.rules import rules_of
from assessments.queries.answers import is_answered
from assessments.queries.prepared import scoring_edition
from assessments.services.answer_files import (
    MOST_BYTES,
    FileContents,
    UnreadableFileError,
)
from assessments.services.answer_files.columns import read_table
from assessments.services.answer_files.delimited import decoded, find_table
from assessments.services.answer_files.refs import Refs, RowFaultError
from assessments.services.answer_files.values import Options
from common.files import read_regular
from standards.loader import EditionData, load_edition, load_shared
from standards.models import Edition
from standards.queries import edition_tree

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
        answers = self._answers(edition, data, options["answers"])
        earlier, target = options["baseline"], options["target"]
        try:
            scores = scoring.score_all(
                edition,
                answers,
                targets={edition.code: target} if target else None,
                baseline=self._answers(edition, data, earlier) if earlier else None,
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
        self, edition: scoring.Edition, data: EditionData, name: str
    ) -> dict[str, scoring.Answer]:
        """The answers of a file. Names every bad row and exits with 2 for one."""
        rows, faults = understand(read_answers(name), data)
        problems = [*faults, *scoring.check_answers(edition, rows)]
        problems.sort(key=lambda problem: problem.line)
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


def read_answers(name: str) -> FileContents:
    """The rows of the file, each with its line. Raises CommandError (exit 2)."""
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            content = read_regular(Path(name), MOST_BYTES)
        header = find_table(decoded(content))
        if {"option", "level"}.isdisjoint(header.names.values()):
            message = "The column “option” is missing."
            raise UnreadableFileError(message)
        return read_table(header, typed=False, strict=False)
    except (OSError, UnreadableFileError) as error:
        message = f"{name} can't be read: {error}"
        raise CommandError(message, returncode=BAD_INPUT) from error


def understand(
    contents: FileContents, data: EditionData
) -> tuple[list[scoring.AnswerRow], list[scoring.Problem]]:
    """The rows that name a control and an answer of the edition, and the others."""
    refs, options = Refs(data), Options(data.scale)
    rows, faults = [], []
    for row in contents.rows:
        try:
            if row.fault:
                raise RowFaultError(row.fault)
            control = refs.control(row, keeps_zeros=contents.keeps_zeros)
            option = options.read_row(row, control)
        except RowFaultError as fault:
            faults.append(scoring.Problem(row.line, row.text("ref"), str(fault)))
            continue
        answered = option if is_answered(option) else None
        reason = row.text("justification")
        rows.append(scoring.AnswerRow(control.ref, answered, reason, row.line))
    return rows, faults


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
        "outcomes": [_outcome(score) for score in scores],
    }


def _outcome(score: scoring.Score) -> dict[str, object]:
    """The exact numbers, and what people read beside them."""
    form = format_of(score)
    return {
        **scoring.to_plain(score),
        "unanswered": score.unanswered,
        "text": _figure(score, form),
        "missing": missing_sentence(score, form),
    }


def _table(data: EditionData, scores: tuple[scoring.Score, ...]) -> list[str]:
    lines = [data.title]
    for score in scores:
        form = format_of(score)
        facts = ", ".join(filter(None, (score.label, score.status, _coverage(score))))
        lines += ["", f"{score.title} ({score.name}): {_figure(score, form)}, {facts}"]
        if sentence := missing_sentence(score, form):
            lines.append(f"  {sentence}")
        rules = rules_of(score, lambda ref: data.control(ref).title)
        lines += [f"  {rule.text}" for rule in rules]
        lines += [
            f"  {section.ref:<16} {_line(section, form)}  {section.title}"
            for section in score.sections
        ]
        lines.append(f"  Method: {score.method}. {score.source}")
    return lines


def _figure(score: scoring.Score, form: ScoreFormat) -> str:
    """The score as pages say it: "At most 94 of 110, between −185 and 94"."""
    if score.value is None:
        return NONE_TEXT
    head = headline(score, form)
    return ", ".join(filter(None, (head.figure, head.ends, head.so_far)))


def _coverage(score: scoring.Score | scoring.SectionScore) -> str:
    return f"{score.coverage.answered} of {score.coverage.applicable} answered"


def _line(section: scoring.SectionScore, form: ScoreFormat) -> str:
    value = form.text(section.value)
    if section.low != section.high:
        low, high = form.texts(section.low, section.high)
        value = f"{value} (range {low} to {high})"
    facts = (value, section.label, section.status, _coverage(section))
    return ", ".join(filter(None, facts))
