"""`manage.py report_schema`: write the published schema of reports anew."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reports.renderers.json import VERSION
from reports.renderers.schema import report_schema


class Command(BaseCommand):
    help = (
        "Write static/schemas/assessment-report-….json from the documents of reports. "
        "For developers, after a change there."
    )

    def handle(self, **_options: Any) -> None:
        folder = settings.BASE_DIR / "static" / "schemas"
        path = folder / f"assessment-report-{VERSION}.json"
        text = json.dumps(report_schema(), ensure_ascii=False, indent=2)
        path.write_text(f"{text}\n", encoding="utf-8")
        self.stdout.write(str(path))
