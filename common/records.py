"""The lines of the log."""

import copy
import logging


class Formatter(logging.Formatter):
    """Tells the place in the code for faults of ours only, not for refused requests."""

    def format(self, record: logging.LogRecord) -> str:
        if getattr(record, "status_code", 500) < 500:
            record = copy.copy(record)  # other handlers may want it whole
            record.exc_info = record.exc_text = None
        return super().format(record)
