"""The catalog adapter keeps the contract, on a small folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from opsloom.adapter_api.capabilities import OwnershipReader
from opsloom.adapter_api.contract_kit import AdapterContract
from opsloom.model.ownership import OwnershipQuery
from opsloom_adapters.catalog import CatalogAdapter
from tests.adapters.catalog.documents import PAYMENTS, SHOP, write


class TestCatalog(AdapterContract):
    adapter = CatalogAdapter
    questions: ClassVar = {
        OwnershipReader.get_ownership: [
            OwnershipQuery(at=AdapterContract.now, service="payments"),
            OwnershipQuery(at=AdapterContract.now, path="services/payments/app.py"),
        ]
    }

    def make_settings(self, tmp_path: Path) -> Mapping[str, Any]:
        write(tmp_path, {"shop.yaml": SHOP, "payments.yaml": PAYMENTS})
        return {"adapter": "catalog", "root": tmp_path, "web_url": "https://backstage.example.com"}
