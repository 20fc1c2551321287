"""The contract that the template of docs/adapters keeps; its broken variants are made from it."""

import importlib.util
from pathlib import Path

TEMPLATE = Path(__file__).resolve().parents[2] / "docs" / "adapters" / "template"
_SPEC = importlib.util.spec_from_file_location("acme_contract", TEMPLATE / "tests" / "test_acme_contract.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)

GoodAcme = _MODULE.TestAcme
