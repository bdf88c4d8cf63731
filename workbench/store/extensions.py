"""The database's extensions, out of the wheels that carry them: nothing is downloaded."""

from importlib.util import find_spec
from pathlib import Path

import duckdb

from engine.errors import StoreError

_EXTRAS = {"postgres_scanner": "postgres", "httpfs": "s3"}


def extension_file(name: str) -> Path:
    """The signed file of extension `name` for this DuckDB; raises `StoreError` without it."""
    package = f"duckdb_extension_{name}"
    spec = find_spec(package)
    roots = spec.submodule_search_locations if spec else None
    pattern = f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"
    for root in roots or ():
        if (file := Path(root) / pattern).exists():
            return file
    raise StoreError(
        f"DuckDB extension {name} for version {duckdb.__version__} is not installed",
        hint=f"install agent-workbench[{_EXTRAS.get(name, 'workbench')}]",
    )


def connect(extensions: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
    """An in-memory DuckDB with `extensions` loaded, that loads and fetches no others by itself."""
    files = [extension_file(name) for name in extensions]
    connection = duckdb.connect(
        config={"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    )
    for file in files:
        connection.load_extension(str(file))
    return connection
