"""Who is drawn for a trial: by a hash of the conversation, the same in every process."""

from hashlib import blake2b
from typing import Final

_BITS: Final = 64
_SEPARATOR: Final = b"\x1f"


def sticky(salt: str, tenant: str, conversation: str) -> float:
    """A number from 0 up to, not including, 1: of a share s of conversations it is below s.

    One of another salt is independent of it, so two trials draw different conversations.
    """
    parts = (part.encode("utf-8", "surrogatepass") for part in (salt, tenant, conversation))
    text = _SEPARATOR.join(parts)
    found = int.from_bytes(blake2b(text, digest_size=_BITS // 8).digest(), "big")
    return (found >> 11) / (1 << 53)  # as many bits as a float holds: rounding never gives 1
