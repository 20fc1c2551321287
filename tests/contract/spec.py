"""The vendors' published schemas, where they are at hand, to hold requests and canned replies against."""

import importlib.util
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_SHARED = Path(__file__).resolve().parents[3] / "shared"
_TOOL = _SHARED / "tools" / "specmock.py"


def vendor_mock(vendor: str, replies: Mapping[tuple[str, str], tuple[int, Any]]) -> Any:
    """A stand-in for ``vendor`` that answers ``(method, path template)`` with ``(status, JSON)``.

    A canned reply that breaks the vendor's schema fails at once. Requests that break it are in
    ``.violations``, all of them in ``.calls``; ``.transport()`` goes into a Site. Skips the test where the
    schemas are absent.
    """
    schema = _SHARED / "specs" / f"{vendor}.json"
    for needed in (_TOOL, schema):
        if not needed.is_file():
            pytest.skip(f"the published schema of {vendor} is not at hand: no {needed.name}")
    return _specmock().Mock(_schema(schema), replies)


@cache
def _schema(file: Path) -> Any:
    return _specmock().Spec.load(file)


@cache
def _specmock() -> Any:
    spec = importlib.util.spec_from_file_location("specmock", _TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["specmock"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
