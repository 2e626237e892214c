"""Links that are mailed for choosing a new password."""

import secrets

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator

from accounts.models import User


class ResetTokenGenerator(EmailAwarePasswordResetTokenGenerator):
    """Tokens that differ each time; all die with the first password they changed."""

    def make_token(self, user: User) -> str:
        nonce = secrets.token_hex(8)
        return f"{nonce}-{_keyed(nonce).make_token(user)}"

    def check_token(self, user: User | None, token: str | None) -> bool:
        nonce, _, rest = (token or "").partition("-")
        return bool(_keyed(nonce).check_token(user, rest))


def _keyed(nonce: str) -> EmailAwarePasswordResetTokenGenerator:
    generator = EmailAwarePasswordResetTokenGenerator()
    generator.key_salt = f"{generator.key_salt}.{nonce}"
    return generator
