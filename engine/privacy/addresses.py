"""Addresses of the network: e-mail, IP and URL candidates, and which of them are meant."""

import re
from ipaddress import IPv4Address, ip_address
from typing import Final
from urllib.parse import urlsplit

# `logo@2x.png`: a picture in double resolution.
_FILES: Final = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js"})
# A version number, or the middle of a longer one.
_NO_ADDRESS: Final = re.compile(
    r"""(?ix) (?: (?<![a-z]) (?:v|ver|version|release|build) ["']? [\ :=]{0,3} ["']?
    | [=<>~]= | (?-i:\b[A-Z][A-Za-z]+/) | [a-z]- | [0-9]\. ) $"""
)
_NEAR: Final = 16  # characters before an address in which a word may say that it is a version
_IPV6_GROUPS: Final = 8
_IPV6_HEAD: Final = 3  # digits of the first group of a shortened address; fewer are a slice
_AT_HOME: Final = frozenset({"localhost", ""})
_TRAILING: Final = ".,;:!?)]}'\""


def email(text: str, start: int, end: int) -> int | None:
    """Confirm an e-mail address by its last label."""
    return None if text[start:end].rpartition(".")[2].lower() in _FILES else end


def ip(text: str, start: int, end: int) -> int | None:
    """Confirm an IP address that may be somebody's: no loopback, netmask or version number."""
    found = text[start:end]
    try:
        address = ip_address(found)
    except ValueError:
        return None
    if address.is_loopback or address.is_unspecified:
        return None
    if isinstance(address, IPv4Address):
        before = text[max(0, start - _NEAR) : start]
        return None if address.is_reserved or _NO_ADDRESS.search(before) else end
    return end if _long_enough(found) and text[start - 1 : start] != ":" else None


def url(text: str, start: int, end: int) -> int | None:
    """Confirm a URL that leaves this machine, or carries credentials; its punctuation is cut."""
    whole = text[start:end].rstrip(_TRAILING)
    try:
        parts = urlsplit(whole if "://" in whole else f"//{whole}")
        host = parts.hostname or ""
    except ValueError:  # a bracket that is no IPv6 address
        return None
    if parts.scheme == "file" or (_at_home(host) and "@" not in parts.netloc):
        return None
    return start + len(whole)


def _at_home(host: str) -> bool:
    try:
        return host in _AT_HOME or ip_address(host).is_loopback
    except ValueError:
        return False


def _long_enough(found: str) -> bool:
    if "::" not in found:
        return found.count(":") == _IPV6_GROUPS - 1
    first = found.partition(":")[0]
    return len(first) >= _IPV6_HEAD and any(map(str.isdigit, found))
