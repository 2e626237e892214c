"""A report as JSON, for other programs."""

import json

from reports.documents import AssessmentReport
from reports.renderers.data import to_data

SCHEMA = "plumbline.assessment-report"
VERSION = 1  # raise it when a key changes its meaning or goes away


def render_json(document: AssessmentReport) -> bytes:
    """Return `document` as UTF-8 JSON; equal input gives equal bytes.

    Keys stand in the order of reports/documents.py. Measured numbers are strings, so
    that no reader rounds them. Half surrogates, which UTF-8 cannot hold, become U+FFFD.
    """
    data = to_data(document)
    del data["texts"]
    text = json.dumps(
        {"schema": SCHEMA, "version": VERSION, **data}, ensure_ascii=False, indent=2
    )
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return f"{whole}\n".encode()
