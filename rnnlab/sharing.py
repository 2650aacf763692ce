"""Sharing: where the dashboard listens, and under which names it answers.

Owns the environment variable `RNNLAB_SHARE`. A dashboard that is not shared listens on this machine
alone, and whoever opens it may do everything; who may do what on a shared one is `ui.roles`'s.
"""

import ipaddress
import os
import re
import socket
from collections.abc import Iterable

from rnnlab.errors import InvalidField

SHARE = "RNNLAB_SHARE"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
ALL_ADDRESSES = "0.0.0.0"
EVERYWHERE = (ALL_ADDRESSES, "::")
NEXT_STEP = (
    "start it with `rnnlab dashboard --share`, so that others can watch and nobody but you can "
    f"change anything, or set {SHARE}=1"
)


def is_shared() -> bool:
    """Return whether others may open the dashboard: `RNNLAB_SHARE`. Raises InvalidField."""
    value = os.environ.get(SHARE) or "0"
    if value not in ("0", "1"):
        raise InvalidField(SHARE, value, "1 or 0", "set it to one of these, or unset it")
    return value == "1"


def is_loopback(address: str) -> bool:
    """Return whether only this machine reaches an address or name; looks nothing up."""
    if address.lower() == "localhost":
        return True
    try:
        ip = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return False
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


def check(address: str | None, hosts: Iterable[str]) -> None:
    """Raise InvalidField where a server that is not shared could be reached by others.

    address: where it listens; None listens everywhere. hosts: the names that it answers to.
    """
    if is_shared():
        return
    if not is_loopback(address or ALL_ADDRESSES):
        raise InvalidField("server.address", address or ALL_ADDRESSES, "localhost", NEXT_STEP)
    for host in hosts:
        if not is_loopback(host):
            raise InvalidField("server.allowedHosts", host, "a name of localhost", NEXT_STEP)


def url(host: str, port: int, *, scheme: str = "http") -> str:
    """Return the URL of a server on a host, which may be an IPv6 address."""
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def is_host(text: str) -> bool:
    """Return whether a text is a host as a browser names it, without scheme, port or path."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", text) is not None
    return True


def own_names() -> list[str]:
    """Return this machine's names and addresses, under which others may open the dashboard."""
    name = socket.gethostname().lower()
    names = [name] if "." in name else [name, f"{name}.local"]
    import psutil  # not for the commands that start no dashboard

    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family in (socket.AF_INET, socket.AF_INET6):
                names.append(address.address.partition("%")[0])
    return list(dict.fromkeys([*LOOPBACK, *names]))
