"""A configured instance: built from its settings, or known as broken with the reason."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from opsloom.adapter_api.adapter import Adapter
from opsloom.adapter_api.capabilities import CAPABILITIES, READER_OF
from opsloom.adapter_api.config import AdapterConfig, SecretSource
from opsloom.adapter_api.writers import WRITERS
from opsloom.model.errors import ConfigurationError
from opsloom.providers.registry import load_adapter
from opsloom.providers.settings import Settings, explain


@dataclass(frozen=True)
class Instance:
    """An instance that can be asked."""

    name: str
    adapter: type[Adapter]
    config: AdapterConfig

    @property
    def kind(self) -> str:
        return self.adapter.manifest.kind

    @property
    def capabilities(self) -> frozenset[type]:
        """What it can be asked and serves; no writers where it is read only or has no credential for changes."""
        capabilities = self.adapter.manifest.capabilities
        if self.config.serves is not None:
            served = {READER_OF[topic] for topic in self.config.serves}
            capabilities = capabilities.difference(CAPABILITIES) | capabilities.intersection(served)
        return capabilities if self.config.may_write else capabilities.difference(WRITERS)


@dataclass(frozen=True)
class BrokenInstance:
    """An instance whose settings are wrong; it is named wherever its silence could mislead.

    ``capabilities`` are ``None`` when not even its adapter is known: then it might have had any.
    """

    name: str
    kind: str
    problem: str
    capabilities: frozenset[type] | None = None


def build_instances(settings: Settings, file: Path) -> tuple[list[Instance], list[BrokenInstance]]:
    """All instances of the settings, in the order of their names; ``file`` is the one they came from."""
    built: list[Instance] = []
    broken: list[BrokenInstance] = []
    for name, options in sorted(settings.instances.items()):
        try:
            built.append(build_instance(name, options, file))
        except ConfigurationError as error:
            broken.append(_broken(name, options.get("adapter"), str(error)))
    return built, broken


def _broken(name: str, kind: object, problem: str) -> BrokenInstance:
    try:
        capabilities = load_adapter(kind).manifest.capabilities
    except ConfigurationError:
        return BrokenInstance(name, "unknown", problem)
    return BrokenInstance(name, str(kind), problem, capabilities)


def build_instance(name: str, options: dict[str, Any], file: Path) -> Instance:
    """One instance; nothing is contacted.

    :raises ConfigurationError: the adapter is unknown, or an option is wrong.
    """
    where = f"{file}: [instances.{name}]"
    try:
        adapter = load_adapter(options.get("adapter"))
    except ConfigurationError as error:
        raise ConfigurationError(f"{where}: {error}") from error
    model = adapter.manifest.config
    try:
        config = model.model_validate(options)
    except ValidationError as error:
        raise ConfigurationError(explain(error, model, where)) from None
    able = {topic for topic, reader in READER_OF.items() if reader in adapter.manifest.capabilities}
    if not able.issuperset(config.serves or ()):
        raise ConfigurationError(f"{where}: serves: {adapter.manifest.kind} can serve {', '.join(sorted(able))}")
    return Instance(name, adapter, _with_absolute_paths(config, file.parent))


def _with_absolute_paths(config: AdapterConfig, folder: Path) -> AdapterConfig:
    """Relative paths count from the folder of the settings file: a client may start us anywhere."""
    update: dict[str, object] = {}
    for key, value in config:
        if isinstance(value, Path):
            update[key] = folder / value.expanduser()
        elif isinstance(value, SecretSource) and value.file is not None:
            update[key] = value.model_copy(update={"file": folder / value.file.expanduser()})
    return config.model_copy(update=update)
