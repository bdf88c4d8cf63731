"""A file that is written through, with the digest and the length of what went by."""

from hashlib import sha256
from typing import IO


class HashedFile:
    """Writes to a file that need not be seekable; what Parquet asks of a target."""

    closed = False

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Digest of what was written so far, 64 hex digits."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)
        return len(data)

    def tell(self) -> int:
        """How much was written."""
        return self.size

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """The file below is its owner's to close."""

    def __repr__(self) -> str:
        return f"HashedFile({self.size} bytes)"
