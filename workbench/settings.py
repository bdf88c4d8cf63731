"""What the user can set, and the only place that reads the environment."""

import getpass
from pathlib import Path
from typing import Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine.contracts import explain
from engine.errors import BadInput

_URL = TypeAdapter(HttpUrl)


def _login() -> str:
    """The name the system knows the user by; empty where it knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user id, as in some containers
        return ""


class Endpoint(BaseModel):
    """An OpenAI-compatible server that models are asked of as `name/model`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str = Field(description="Up to and with the version, as in http://host:port/v1.")
    api_key: SecretStr | None = None
    timeout_s: float = Field(default=60.0, gt=0, description="Of one attempt.")

    @field_validator("base_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        _URL.validate_python(value)
        return value.rstrip("/")


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
    endpoints: dict[str, Endpoint] = Field(default_factory=dict, description="By provider name.")
    test_data: Path | None = Field(default=None, description="Folder of public data sets.")
    log_format: Literal["console", "json"] = "console"
    author: str = Field(default_factory=_login, description="Who signs tags and notes.")

    @field_validator("catalogue")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("postgres:"):
            raise ValueError("a shared catalogue begins with postgres:")
        return value

    @classmethod
    def load(cls, *, home: Path | None = None) -> Self:
        """Read the environment, `home` given taking precedence; raises `BadInput` by name."""
        try:
            return cls() if home is None else cls(home=home)
        except ValidationError as error:
            raise BadInput(
                explain(error), where="settings", hint="each is set as WORKBENCH_<NAME>"
            ) from None
