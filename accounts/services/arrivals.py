"""What other apps do when a guest joins.

They stand above this one, so they say here what they want to do.
"""

from typing import Protocol

from accounts.models import Membership, User


class GuestArrival(Protocol):
    """Called in the transaction in which `member` joins; `by` invited them."""

    def __call__(self, *, member: Membership, by: User) -> None: ...


_guest_arrivals: list[GuestArrival] = []


def register_guest_arrival(act: GuestArrival) -> None:
    if act not in _guest_arrivals:
        _guest_arrivals.append(act)


def welcome_guest(member: Membership, *, by: User) -> None:
    for act in _guest_arrivals:
        act(member=member, by=by)
