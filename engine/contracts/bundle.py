"""What stands in the manifest of a run bundle: runs, tables, files with their digests."""

from typing import Final, Literal

from pydantic import Field

from engine.contracts.base import JsonObject, Record

BUNDLE_FORMAT: Final = "agent-workbench.bundle"
BUNDLE_VERSION: Final = 1


class BundleFile(Record):
    """One file in a bundle."""

    path: str = Field(min_length=1, max_length=500, description="Its place in the bundle.")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Digest of its bytes, SHA-256.")
    bytes: int = Field(ge=0, description="How long it is when unpacked.")


class BundleSuite(Record):
    """The suite of a run, as far as it came along."""

    name: str = Field(description="The suite by name.")
    hash: str = Field(default="", description="Digest of the suite that the run was of.")
    reference: str = Field(
        default="", description="What to load below the suite's folder; empty: no file of it is."
    )
    missing: str = Field(
        default="", description="Why its files are not in the bundle; empty: they are."
    )


class BundleRun(Record):
    """One run in a bundle."""

    run_id: str = Field(min_length=1, description="The run by its id.")
    tenant: str = Field(description="The customer on whose behalf it was run.")
    name: str = Field(description="For people: suite, agent and model.")
    episodes: int = Field(ge=0, description="Episodes of it that have ended.")
    suite: BundleSuite = Field(description="What it was run on.")
    report: str | None = Field(default=None, description="Where its HTML report is; null: none.")


class BundleTable(Record):
    """One table of facts in a bundle, a Parquet file."""

    name: str = Field(description="The table as the store calls it.")
    path: str = Field(description="Where its file is.")
    rows: int = Field(ge=0, description="How many rows it has.")


class Manifest(Record):
    """The list of what a bundle holds; the digests tell damage, they are no signature."""

    format: Literal["agent-workbench.bundle"] = Field(
        default="agent-workbench.bundle", description="What the file is."
    )
    version: int = Field(
        default=BUNDLE_VERSION, ge=1, le=BUNDLE_VERSION, description="Of the format, from 1."
    )
    store_schema: int = Field(ge=1, description="Schema of the store it was written from.")
    made_by: JsonObject = Field(description="What wrote it: workbench, Python, platform.")
    redacted: bool = Field(
        default=False, description="Whether personal data and secrets are masked in it."
    )
    runs: tuple[BundleRun, ...] = Field(min_length=1, description="The runs in it.")
    tables: tuple[BundleTable, ...] = Field(description="Its tables; those without rows are not.")
    files: tuple[BundleFile, ...] = Field(description="Every file in it but the manifest.")
