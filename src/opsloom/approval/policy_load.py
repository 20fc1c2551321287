"""The policy as it is written: read, checked, explained when it is wrong, and read again when it has changed."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from opsloom.approval.policy import Policy
from opsloom.model.errors import ConfigurationError
from opsloom.providers.settings import Settings, load_settings

Stamp = tuple[int, int, int]


def load_policy(settings: Settings, file: Path) -> Policy:
    """The policy of ``settings``, which are those of ``file``; another file that they name counts from its folder.

    :raises ConfigurationError: it cannot be read, or a key or value is wrong; the text names file, key and what is
        valid.
    """
    named = policy_file(settings, file)
    raw, place, root = (settings.policy, file, "policy") if named is None else (_read(named), named, "")
    try:
        return Policy.model_validate(raw)
    except ValidationError as error:
        raise ConfigurationError("\n".join(_sentences(error, raw, f"{place}: ", root))) from None


def policy_file(settings: Settings, file: Path) -> Path | None:
    """The file of its own that the policy has, if it has one.

    :raises ConfigurationError: ``file`` is no text, or stands beside other keys.
    """
    if "file" not in settings.policy:
        return None
    name, others = settings.policy["file"], sorted(settings.policy.keys() - {"file"})
    if not isinstance(name, str) or not name:
        raise ConfigurationError(f'{file}: policy.file: must be a path, such as "policy.toml"')
    if others:
        raise ConfigurationError(f"{file}: policy.file: stands alone; move {', '.join(others)} to {name}")
    return (file.parent / Path(name).expanduser()).absolute()


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}, the policy, cannot be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}, the policy, is no valid TOML: {error}") from None


def _sentences(error: ValidationError, raw: Mapping[str, Any], place: str, root: str) -> Iterable[str]:
    for problem in error.errors(include_input=False, include_url=False):
        location = problem["loc"]
        key = ".".join([*([root] if root else []), *_path(location, raw)]) or "the policy"
        if problem["type"] == "extra_forbidden":
            valid = sorted({name for model in _models_at(Policy, location[:-1]) for name in _keys(model)})
            also = ["file"] if root and len(location) == 1 else []
            yield f"{place}unknown key {key}; valid keys here are: {', '.join(valid + also)}"
        elif problem["type"] == "missing":
            yield f"{place}{key} is missing"
        else:
            yield f"{place}{key}: {problem['msg'].removeprefix('Value error, ')}"


def _path(location: tuple[int | str, ...], raw: Any) -> Iterable[str]:
    """The keys on the way as they are written; a table in a list has its place from 1 and its name."""
    for part in location:
        if isinstance(raw, Mapping) and isinstance(part, str) and part in raw:
            raw = raw[part]
            yield part
        elif isinstance(raw, list | tuple) and isinstance(part, int) and part < len(raw):
            raw = raw[part]
            name = raw.get("name") if isinstance(raw, Mapping) else None
            yield f"{part + 1}" + (f" ({name[:64]!r})" if isinstance(name, str) else "")
        elif part == location[-1] and part != "[key]":
            yield str(part)


def _models_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[type[BaseModel]]:
    models = [model]
    for part in location:
        below = [_models_in(field.annotation) for one in models if (field := one.model_fields.get(str(part)))]
        if below:
            models = [one for group in below for one in group]
    return models


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


class PolicySource:
    """The policy of now, read again whenever one of its files has changed: its time, size or inode."""

    def __init__(self, source: Path | Policy) -> None:
        """``source``: the settings file, or the policy itself where there is no file (the demo)."""
        self._source = source
        self._read: tuple[Policy, dict[Path, Stamp | None]] | None = None

    def current(self) -> Policy:
        """The policy as it is written now.

        :raises ConfigurationError: it is broken now; an older one never stands in for it.
        """
        if isinstance(self._source, Policy):
            return self._source
        if self._read is None or any(_stamp(file) != stamp for file, stamp in self._read[1].items()):
            self._read = _read_stamped(self._source)
        return self._read[0]


def _read_stamped(file: Path) -> tuple[Policy, dict[Path, Stamp | None]]:
    # A stamp is taken before its file is read: what is written meanwhile is seen by the next call.
    stamps = {file: _stamp(file)}
    settings = load_settings(file)
    named = policy_file(settings, file)
    if named is not None:
        stamps[named] = _stamp(named)
    return load_policy(settings, file), stamps


def _stamp(file: Path) -> Stamp | None:
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
