from accounts.models.event import Event
from accounts.models.invitation import Invitation
from accounts.models.organization import Membership, Organization, Team
from accounts.models.user import User

__all__ = ["Event", "Invitation", "Membership", "Organization", "Team", "User"]
