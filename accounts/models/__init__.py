from accounts.models.event import Event
from accounts.models.invitation import Invitation
from accounts.models.mail import SentMail
from accounts.models.mark import AccountMark
from accounts.models.organization import Membership, Organization, Team
from accounts.models.user import User

__all__ = [
    "AccountMark",
    "Event",
    "Invitation",
    "Membership",
    "Organization",
    "SentMail",
    "Team",
    "User",
]
