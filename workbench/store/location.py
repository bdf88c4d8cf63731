"""Where a store lies."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from workbench.settings import Settings


@dataclass(frozen=True, slots=True)
class Location:
    """The folder of a store, and its catalogue and files where those lie elsewhere."""

    home: Path
    catalogue: str | None = None
    data_path: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say."""
        return cls(settings.home, settings.catalogue, settings.data_path)

    @property
    def shared(self) -> bool:
        """Whether the catalogue is a server that processes on other machines write to as well."""
        return self.catalogue is not None

    @property
    def catalogue_file(self) -> Path:
        """The embedded catalogue."""
        return self.home / "catalogue.sqlite"

    @property
    def metadata(self) -> str:
        """The catalogue as DuckLake names it."""
        return f"ducklake:{self.catalogue or f'sqlite:{self.catalogue_file}'}"

    @property
    def data(self) -> str:
        """Where the Parquet files lie."""
        return self.data_path or str(self.home / "lake")

    @property
    def lock_file(self) -> Path:
        """Held by the process that commits."""
        return self.home / "write.lock"

    @property
    def state_file(self) -> Path:
        """What changes: episodes that may wait. Always here, also where the catalogue is shared."""
        return self.home / "state.sqlite"

    @property
    def spill(self) -> Path:
        """Where queries that outgrow memory put what they hold."""
        return self.home / "tmp"
