"""Rison, the notation of data in Kibana's addresses (https://github.com/Nanonid/rison)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z_./~][A-Za-z0-9_./~-]*")


def rison(value: Any) -> str:
    """``value``, which is JSON data, as Rison; it is not yet percent-encoded."""
    if value is None or isinstance(value, bool):
        return {None: "!n", True: "!t", False: "!f"}[value]
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value if _BARE.fullmatch(value) else "'" + re.sub(r"([!'])", r"!\1", value) + "'"
    if isinstance(value, Mapping):
        return "(" + ",".join(f"{rison(name)}:{rison(one)}" for name, one in value.items()) + ")"
    if isinstance(value, Sequence):
        return "!(" + ",".join(rison(one) for one in value) + ")"
    raise TypeError(f"{type(value).__name__} is no JSON data")
