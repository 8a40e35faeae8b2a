"""Host names under which the server answers; requests for other names are refused.

This prevents DNS rebinding: another site can make its own name point to this machine, and a browser
would then treat this page as part of that site.
"""

import ipaddress
import re
import socket
from collections.abc import Iterable

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_PORT = r"(?::[0-9]{1,5})?"
_HOST = re.compile(rf"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)){_PORT}", re.IGNORECASE)
_LONGEST = 255


def plain(name: str) -> str:
    """A host name or address in the form that browsers send, without port.

    Raises ValueError if it is neither.
    """
    name = name.strip().removeprefix("[").removesuffix("]")
    address = _address(name)
    if address is not None:
        return str(address)
    name = name.encode("idna").decode().lower().removesuffix(".")
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", name):
        raise ValueError(name)
    return name


def _address(name: str) -> _Address | None:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _own(address: _Address) -> bool:
    """Whether this machine has an address now; addresses may change while the server runs."""
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.bind((str(address), 0))
    except OSError:
        return False
    return True


def _of_this_machine() -> set[str]:
    name = socket.gethostname().lower()
    first = name.partition(".")[0]
    return {name, first, f"{first}.local"}


class Names:
    """The names of a server that listens at ``host``, and the additional names in ``more``.

    Raises ValueError if one of ``more`` is neither a host name nor an address.
    """

    def __init__(self, host: str, more: Iterable[str] = ()) -> None:
        address = _address(host)
        self._everywhere = address is not None and address.is_unspecified
        known = {"localhost", host.lower() if address is None else str(address)}
        if self._everywhere:
            known |= _of_this_machine()
        self._known = known | {plain(name) for name in more}

    def __contains__(self, told: str) -> bool:
        """Whether a ``Host`` header gives one of the names, with any port."""
        found = _HOST.fullmatch(told) if len(told) <= _LONGEST else None
        if found is None:
            return False
        name = (found[1] or found[2]).lower().removesuffix(".")
        address = _address(name)
        if address is None:
            return name in self._known
        if address.is_loopback or str(address) in self._known:
            return True
        return self._everywhere and _own(address)

    def asked_for(self, headers: Iterable[tuple[bytes, bytes]]) -> bool:
        """Whether a request is for one of the names, also in the headers that a proxy adds."""
        sent = [(name, value.decode("latin-1")) for name, value in headers]
        hosts = [value for name, value in sent if name == b"host"]
        told = [value for name, value in sent if name == b"x-forwarded-host"]
        passed = [one.strip() for value in told for one in value.split(",")]
        return len(hosts) == 1 and all(one in self for one in (*hosts, *passed))
