"""A file that is there whole or not at all."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from engine.errors import BadInput, StoreFull

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextmanager
def whole_file(target: Path) -> Iterator[IO[bytes]]:
    """A file to write to that becomes `target` when the block ends well.

    Until then it has no name where the system allows that (Linux), so that nothing is left of it
    when the process is killed; what was at `target` before stays until then. Raises `BadInput`
    where the folder cannot be written to, `StoreFull` where there is no room.
    """
    if target.is_dir():
        raise BadInput("is a folder", where=str(target), hint="give a file")
    try:
        file = TemporaryFile(dir=target.parent)  # noqa: SIM115 - closed below
    except OSError as error:
        raise BadInput(f"cannot be written: {error.strerror}", where=str(target)) from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            try:
                _name(file, part)
                part.replace(target)
            finally:
                part.unlink(missing_ok=True)
    except OSError as error:
        if error.errno not in _NO_ROOM:
            raise
        said = f"{target}: no space left, nothing was written"
        raise StoreFull(said, hint="make room, and do it again") from None


def _name(file: IO[bytes], part: Path) -> None:
    """Give the nameless file a name; where that cannot be done, copy it."""
    try:
        os.link(f"/proc/self/fd/{file.fileno()}", part, follow_symlinks=True)
        part.chmod(0o644)
    except OSError:
        file.seek(0)
        with part.open("wb") as out:
            shutil.copyfileobj(file, out)
            os.fsync(out.fileno())
