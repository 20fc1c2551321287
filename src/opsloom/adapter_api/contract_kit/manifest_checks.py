"""What the manifest says is what the class does."""

import inspect
import re
from collections.abc import Callable
from typing import Any, get_type_hints

from opsloom.adapter_api.adapter import Adapter, Manifest
from opsloom.adapter_api.capabilities import CAPABILITIES
from opsloom.adapter_api.config import AdapterConfig, SecretSource
from opsloom.adapter_api.contract_kit.asking import Questions
from opsloom.adapter_api.contract_kit.expectation import expect
from opsloom.adapter_api.contract_kit.operations import methods_of, operations_of
from opsloom.adapter_api.writers import WRITERS

_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ALL = (*CAPABILITIES, *WRITERS)


def check_declared_is_implemented(adapter: type[Adapter]) -> None:
    """Each declared capability is there in full."""
    for capability in sorted(adapter.manifest.capabilities, key=lambda one: one.__name__):
        expect(capability in _ALL, f"{capability.__name__} is no capability of opsloom")
        missing = [one.__name__ for one in methods_of(capability) if not hasattr(adapter, one.__name__)]
        expect(not missing, f"the manifest declares {capability.__name__}, the class lacks {missing}")
    expect(bool(adapter.manifest.capabilities), "the manifest declares no capability")


def check_implemented_is_declared(adapter: type[Adapter]) -> None:
    """No method of an undeclared capability exists: it could never be asked."""
    for capability in _ALL:
        if capability not in adapter.manifest.capabilities:
            extra = [one.__name__ for one in methods_of(capability) if hasattr(adapter, one.__name__)]
            expect(not extra, f"the class has {extra}, the manifest does not declare {capability.__name__}")


def check_signatures(adapter: type[Adapter]) -> None:
    """Every method is a coroutine function that takes and gives what its Protocol says."""
    wanted = [method for one in _ALL if one in adapter.manifest.capabilities for method in methods_of(one)]
    for declared in (*wanted, Adapter.probe):
        name = declared.__name__
        own = getattr(adapter, name, None)
        expect(inspect.iscoroutinefunction(own), f"{name} must be an async method")
        expect(_signature(own) == _signature(declared), f"{name} must be {name}{inspect.signature(declared)}")


def _signature(method: Callable[..., Any] | None) -> tuple[list[str], dict[str, Any]]:
    if method is None:
        return [], {}
    return list(inspect.signature(method).parameters), get_type_hints(method)


def check_config(manifest: Manifest) -> None:
    """The settings are typed, refuse unknown keys, and explain themselves."""
    expect(issubclass(manifest.config, AdapterConfig), "the config must inherit AdapterConfig")
    expect(manifest.config.model_config.get("extra") == "forbid", "the config must refuse unknown keys")
    expect(manifest.config.model_config.get("frozen") is True, "the config must stay frozen")
    silent = [
        name
        for name, option in manifest.config.model_fields.items()
        if name != "adapter" and not (option.description or "").strip()
    ]
    expect(not silent, f"options without a description: {', '.join(silent)}")


def check_self_description(manifest: Manifest, config: AdapterConfig) -> None:
    """Kind, title and documentation are there, and the scopes where the settings hold a credential."""
    expect(bool(_KIND.fullmatch(manifest.kind)), "kind must be a short word of a-z, 0-9 and _")
    expect(manifest.kind == config.adapter, f"the settings name {config.adapter}, the manifest {manifest.kind}")
    expect(bool(manifest.title.strip()), "the manifest needs a title")
    expect(manifest.documentation.startswith("https://"), "documentation must be an https:// address")
    if has_secret(config):
        expect(bool(manifest.scopes), "the settings hold a credential: the manifest must name the scopes it needs")
    for scope in manifest.scopes:
        expect(bool(scope.name.strip() and scope.reason.strip()), "every scope needs a name and a reason")


def check_questions(manifest: Manifest, questions: Questions) -> None:
    """Each question belongs to a method of a declared capability that takes it."""
    takes = {one.declared: one.takes for one in operations_of(manifest.capabilities)}
    for method, asked in questions.items():
        wanted = takes.get(method)
        if wanted is None:
            methods = ", ".join(one.__qualname__ for one in takes)
            raise AssertionError(f"questions are for {methods}, not for {getattr(method, '__qualname__', method)}")
        for question in asked:
            expect(isinstance(question, wanted), f"{method.__qualname__} takes no {type(question).__name__}")


def has_secret(config: AdapterConfig) -> bool:
    """Whether the settings name a secret."""
    return any(isinstance(value, SecretSource) for _, value in config)
