"""The one family of reasons why a backup or a restore does not happen."""


class BackupError(Exception):
    """The text is one or two sentences for the person at the terminal."""
