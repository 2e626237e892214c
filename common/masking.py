"""Links that open something are secrets: no log keeps them."""

import logging
import re

SECRET_PATH = re.compile(
    r"((?<!/organization)/invitations/|/accounts/confirm-email/|/accounts/password/reset/key/)[^\s/?\"']+"
)


class MaskLinks(logging.Filter):
    """Masks the secret part of such links in every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        masked = SECRET_PATH.sub(r"\1…", text)
        if masked != text:
            record.msg, record.args = masked, None
        return True
