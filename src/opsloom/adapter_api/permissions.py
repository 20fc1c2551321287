"""Whether the credential for changes may do what it is for, asked without changing anything."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from opsloom.adapter_api.call import Call


@dataclass(frozen=True)
class Permission:
    """Whether the credential has the scope ``name`` of the manifest; ``None``: the provider does not tell."""

    name: str
    granted: bool | None


@runtime_checkable
class WritingChecker(Protocol):
    """An adapter whose provider tells what a credential may do; only ``opsloom doctor`` asks.

    ``call.writing`` is set, so that requests with ``as_writer=True`` carry the credential for changes.
    """

    async def check_writing(self, call: Call) -> tuple[Permission, ...]: ...
