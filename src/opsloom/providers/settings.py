"""``opsloom.toml``: read, checked, and explained when it is wrong."""

import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeGuard, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from opsloom.model.errors import ConfigurationError

_INSTANCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


class WorkspaceSettings(BaseModel):
    """``[workspace]``: where the log and the evidence live; ``now`` stops the clock, for recordings only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path = Field(Path(".opsloom"), description="folder of the log and the evidence")
    now: datetime | None = Field(None, description="a fixed present, RFC 3339 with an offset; for recordings")

    @field_validator("now")
    @classmethod
    def _aware(cls, moment: datetime | None) -> datetime | None:
        if moment is not None and moment.tzinfo is None:
            raise ValueError("needs an offset, such as 2026-03-01T09:14:00Z")
        return moment and moment.astimezone(UTC)


class Settings(BaseModel):
    """The whole file. The options of an instance are checked by its adapter, so that one bad instance is
    reported by name and leaves the others working."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: WorkspaceSettings = WorkspaceSettings()
    # Not in the repr: whoever writes a secret where its place belongs is told so, and not quoted in a log.
    instances: dict[str, dict[str, Any]] = Field(default_factory=dict, repr=False)
    policy: dict[str, Any] = Field(default_factory=dict)  # checked by opsloom.approval.policy_load

    @field_validator("instances")
    @classmethod
    def _names(cls, instances: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        for name in instances:
            if not _INSTANCE_NAME.fullmatch(name):
                raise ValueError(f"{name[:64]!r} is no instance name: 1 to 32 of a-z, 0-9, - and _, such as prom-eu")
        return instances


def load_settings(file: Path) -> Settings:
    """Read ``file``; relative paths in ``[workspace]`` count from its folder.

    :raises ConfigurationError: it cannot be read, is no TOML, or a key or value is wrong.
    """
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{file} does not exist; 'opsloom init' writes one, 'opsloom serve --demo' needs none"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file} is no valid TOML: {error}") from None
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError(explain(error, Settings, str(file))) from None
    workspace = settings.workspace.model_copy(
        update={"path": (file.parent / settings.workspace.path.expanduser()).resolve()}
    )
    return settings.model_copy(update={"workspace": workspace})


def explain(error: ValidationError, model: type[BaseModel], place: str) -> str:
    """Sentences that name file, key and valid values; never the value, which may be a secret."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        key = ".".join(str(part) for part in problem["loc"]) or "the file"
        if problem["type"] == "extra_forbidden":
            valid = ", ".join(_fields_at(model, problem["loc"][:-1]))
            lines.append(f"{place}: unknown key {key}; valid keys here are: {valid}")
        elif problem["type"] == "missing":
            lines.append(f"{place}: {key} is missing")
        else:
            lines.append(f"{place}: {key}: {problem['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    for part in location:
        field = model.model_fields.get(str(part))
        annotation = field.annotation if field else None
        inner = next((one for one in (annotation, *get_args(annotation)) if _is_model(one)), None)
        if inner is None:
            break
        model = inner
    return sorted(model.model_fields)


def _is_model(annotation: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)
