"""What can be asked of an adapter: the methods of its capabilities, read from the Protocols, and ``probe``."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, get_type_hints

from opsloom.adapter_api.adapter import Adapter, Probe
from opsloom.adapter_api.capabilities import CAPABILITIES
from opsloom.model.page import Page


@dataclass(frozen=True)
class Operation:
    """One method. ``takes`` is the type of its question (``None``: it takes none), ``gives`` that of a row.

    ``paged`` tells a search, which gives a page of rows, from a look-up, which gives one.
    """

    declared: Callable[..., Any]
    takes: type | None
    gives: type
    paged: bool

    @property
    def method(self) -> str:
        return self.declared.__name__

    @property
    def looks_up(self) -> bool:
        """Whether it fetches one record by its native id."""
        return self.takes is str


PROBE = Operation(Adapter.probe, takes=None, gives=Probe, paged=False)


def methods_of(capability: type) -> list[Callable[..., Any]]:
    """The methods that the Protocol ``capability`` itself declares, in its order."""
    return [
        member for name, member in vars(capability).items() if inspect.isfunction(member) and not name.startswith("_")
    ]


def operations_of(capabilities: Iterable[type]) -> list[Operation]:
    """The operations of ``capabilities``, in the order of ``CAPABILITIES``."""
    wanted = frozenset(capabilities)
    return [_operation(method) for one in CAPABILITIES if one in wanted for method in methods_of(one)]


def _operation(method: Callable[..., Any]) -> Operation:
    hints = get_type_hints(method)
    gives: type = hints.pop("return")
    takes = next(iter(hints.values()))
    paged = issubclass(gives, Page)
    row = gives.__pydantic_generic_metadata__["args"][0] if issubclass(gives, Page) else gives
    return Operation(method, takes, row, paged)
