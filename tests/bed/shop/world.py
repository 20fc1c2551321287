"""What the shop is: its services, who owns them, who calls whom, and which version does what."""

from collections.abc import Mapping
from dataclasses import dataclass

ENVIRONMENT = "production"

OWNERS: Mapping[str, str] = {
    "frontend": "storefront",
    "checkout": "checkout",
    "payments": "payments",
    "inventory": "warehouse",
    "database": "platform",
}
CALLS: Mapping[str, tuple[str, ...]] = {
    "frontend": ("checkout",),
    "checkout": ("payments", "inventory"),
    "payments": (),
    "inventory": ("database",),
    "database": (),
}
SERVICES = tuple(OWNERS)

# What runs when the bed starts
INITIAL_VERSIONS: Mapping[str, str] = {
    "frontend": "3.8.0",
    "checkout": "2.41.0",
    "payments": "1.9.0",
    "inventory": "0.14.2",
    "database": "15.4.1",
}
# Releases that are ready and not deployed: checkout's is bad, payments' is good
NEXT_VERSIONS: Mapping[str, str] = {"checkout": "2.42.0", "payments": "1.9.1"}


@dataclass(frozen=True)
class Behaviour:
    """How one version of a service answers: of ten requests, how many fail; how long its own work takes."""

    failures_of_ten: int = 0
    work_seconds: float = 0.005


_FAULTS: Mapping[tuple[str, str], Behaviour] = {
    ("checkout", NEXT_VERSIONS["checkout"]): Behaviour(failures_of_ten=6, work_seconds=0.4),
}


def behaviour(service: str, version: str) -> Behaviour:
    """How ``version`` behaves; a version nobody marked as bad is healthy."""
    return _FAULTS.get((service, version), Behaviour())
