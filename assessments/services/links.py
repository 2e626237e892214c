"""Which links may be attached as evidence. Plumbline itself never opens them."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

OWN_NAMES = ("localhost", "localhost.localdomain")


def check_link(url: str) -> None:
    """Raises ValidationError for a link that others can't, or shouldn't, open."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
    except ValueError as error:
        raise ValidationError(_("Enter a valid URL.")) from error
    if "@" in parts.netloc:
        raise ValidationError(
            _(
                "The link holds a user name or a password. Everybody who reads the "
                "evidence would see it: take it out, up to the @."
            )
        )
    if _is_own_machine(host):
        raise ValidationError(
            _(
                "“%(host)s” is the computer of whoever opens the link, so nobody else "
                "finds the page there. Give its address in the network, or add a file."
            )
            % {"host": host}
        )


def _is_own_machine(host: str) -> bool:
    """Whether the host is a name or number for the reader's own machine or cable."""
    if host in OWN_NAMES or host.endswith(".localhost"):
        return True
    address = _address(host)
    if address is None:
        return False
    return address.is_loopback or address.is_link_local or address.is_unspecified


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host name is, also in forms such as 127.1 and 0x7f000001."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            # Reads the other forms of IPv4, asks no name server.
            return ipaddress.IPv4Address(socket.inet_aton(host))
        except (OSError, UnicodeError):
            return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address
