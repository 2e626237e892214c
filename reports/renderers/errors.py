"""What goes wrong when a report is rendered."""


class RenderError(Exception):
    """A report that could not be written: `str()` for people, `detail` for the log."""

    def __init__(self, reason: str, *, detail: str = "") -> None:
        super().__init__(reason)
        self.detail = detail
