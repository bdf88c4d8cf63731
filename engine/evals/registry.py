"""The registry of public data sets: where they live, under which licence, and how to check them."""

import gzip
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import Field

from engine.contracts import Record
from engine.evals.files import read_yaml

REGISTRY_FILE = "registry.yaml"


class PublicSet(Record):
    """A public data set."""

    name: str
    home: str = Field(pattern=r"^https://", description="Where its authors publish it.")
    licence: str = Field(description="SPDX identifier.")
    about: str
    use: str = Field(default="", description="What reads it here; empty: no command does.")
    folder: str = Field(description="Below the folder of public data.")
    files: dict[str, str] = Field(
        default_factory=dict,
        description="SHA-256 of each file's content, uncompressed, by path below the set's folder.",
    )

    def damaged(self, home: Path) -> Iterator[str]:
        """Paths of files below `home` that are missing or whose content is another."""
        for name, expected in self.files.items():
            path = home / self.folder / name
            if not path.is_file() or _sha256(path) != expected:
                yield name


class _Registry(Record):
    sets: tuple[PublicSet, ...]


def load_registry(search_path: Sequence[Path]) -> tuple[PublicSet, ...]:
    """The sets of every registry file in these folders, by name, the first of a name.

    Raises `BadInput` where a file is malformed.
    """
    found: dict[str, PublicSet] = {}
    for path in (folder / REGISTRY_FILE for folder in search_path):
        if path.is_file():
            for entry in _Registry.parse(read_yaml(path), where=str(path)).sets:
                found.setdefault(entry.name, entry)
    return tuple(found[name] for name in sorted(found))


def _sha256(path: Path) -> str:
    data = path.read_bytes()
    content = gzip.decompress(data) if path.suffix == ".gz" else data
    return hashlib.sha256(content).hexdigest()
