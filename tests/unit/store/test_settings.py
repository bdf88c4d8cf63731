"""Settings come from the environment, and what is wrong with them is named."""

from pathlib import Path

import pytest

from engine.errors import BadInput
from workbench.settings import Settings
from workbench.store import Location


def test_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A setting is read from WORKBENCH_ and its name in capitals."""
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path))
    assert Settings.load().home == tmp_path


def test_argument_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A home that is given takes precedence over the environment."""
    monkeypatch.setenv("WORKBENCH_HOME", "elsewhere")
    assert Settings.load(home=tmp_path).home == tmp_path


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("catalogue", "mysql:host=x"),
        ("log_format", "loud"),
        ("endpoints", "{"),
        ("redis_url", "http://host"),
        ("postgres_url", "redis://host"),
    ],
)
def test_bad_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """A value that cannot be used is bad input that names the setting."""
    monkeypatch.setenv(f"WORKBENCH_{name.upper()}", value)
    with pytest.raises(BadInput, match=name):
        Settings.load()


def test_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint's key does not appear when settings are printed."""
    endpoint = '{"acme": {"base_url": "http://127.0.0.1:1/v1", "api_key": "hunter2"}}'
    monkeypatch.setenv("WORKBENCH_ENDPOINTS", endpoint)
    assert "hunter2" not in repr(Settings.load())


def test_a_password_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of a server that is named well, nor of one that is not."""
    monkeypatch.setenv("WORKBENCH_REDIS_URL", "redis://:hunter2@host")
    assert "hunter2" not in repr(Settings.load())
    monkeypatch.setenv("WORKBENCH_POSTGRES_URL", "mysql://u:hunter2@host")
    with pytest.raises(BadInput) as caught:
        Settings.load()
    assert "hunter2" not in str(caught.value)


def test_location_of_defaults(tmp_path: Path) -> None:
    """Without more settings, catalogue and files lie in the home."""
    location = Location.of(Settings.load(home=tmp_path))
    assert location.metadata == f"ducklake:sqlite:{tmp_path / 'catalogue.sqlite'}"
    assert location.data == str(tmp_path / "lake")


def test_location_shared(tmp_path: Path) -> None:
    """A Postgres catalogue and a bucket are taken as they are given."""
    location = Location(tmp_path, catalogue="postgres:dbname=lake", data_path="s3://bucket/lake")
    assert location.metadata == "ducklake:postgres:dbname=lake"
    assert location.data == "s3://bucket/lake"
