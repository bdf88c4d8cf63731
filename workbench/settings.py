"""What the user can set, and the only place that reads the environment."""

import getpass
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from engine.contracts import explain
from engine.errors import BadInput
from engine.models.catalog import Endpoint

_SCHEMES: Final = {
    "redis_url": ("redis://", "rediss://", "unix://"),
    "postgres_url": ("postgresql://", "postgres://"),
}


def _login() -> str:
    """The name the system knows the user by; empty where it knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user id, as in some containers
        return ""


class Settings(BaseSettings):
    """Every setting; each is read from `WORKBENCH_` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="WORKBENCH_", frozen=True, extra="forbid")

    home: Path = Field(default=Path(".workbench"), description="Folder that holds the store.")
    catalogue: str | None = Field(
        default=None,
        description="Null: an SQLite file in home. `postgres:` and a DSN: one that many share.",
    )
    data_path: str | None = Field(
        default=None, description="Folder or s3:// prefix of the Parquet files; null: home/lake."
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="redis:// server of idempotency keys and breakers; null: files in home.",
    )
    postgres_url: SecretStr | None = Field(
        default=None,
        description="postgresql:// server that keeps the journal, sagas and how tools stand; null: "
        "files in home.",
    )
    endpoints: dict[str, Endpoint] = Field(
        default_factory=dict,
        description='By name, as JSON: {"name": {"base_url": "https://host/v1", "api_key": "…"}}.',
    )
    test_data: Path | None = Field(default=None, description="Folder of public data sets.")
    log_format: Literal["console", "json"] = "console"
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    dashboards_url: str = Field(
        default="http://127.0.0.1:5006", description="Where the dashboards are served, for links."
    )
    token: SecretStr | None = Field(
        default=None, description="What the dashboards ask of a visitor; null: a new one each time."
    )
    judge: str = Field(
        default="", description="The model that judges where a suite names none; empty: nobody."
    )
    cache_bytes: int = Field(
        default=256 * 2**20, ge=2**16, description="What kept answers of models may take."
    )
    author: str = Field(default_factory=_login, description="Who signs tags and notes.")

    @field_validator("catalogue")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("postgres:"):
            raise ValueError("a shared catalogue begins with postgres:")
        return value

    @field_validator("redis_url", "postgres_url")
    @classmethod
    def _is_url(cls, value: SecretStr | None, about: ValidationInfo) -> SecretStr | None:
        begins = _SCHEMES[about.field_name or ""]
        if value is not None and not value.get_secret_value().startswith(begins):
            raise ValueError(f"it begins with {' or '.join(begins)}")
        return value

    @classmethod
    def load(cls, *, home: Path | None = None) -> Self:
        """Read the environment, `home` given taking precedence; raises `BadInput` by name."""
        try:
            return cls() if home is None else cls(home=home)
        except (ValidationError, SettingsError) as error:
            said = explain(error) if isinstance(error, ValidationError) else str(error)
            raise BadInput(said, where="settings", hint="each is set as WORKBENCH_<NAME>") from None
