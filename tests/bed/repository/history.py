"""What happened in the shop's repository before the bed started: commits, and deploys of what they released.

The last two hours hold decoys on purpose: a deploy of inventory, a flag change and a configuration change,
none of which harms anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from tests.bed.shop.world import INITIAL_VERSIONS, NEXT_VERSIONS

FIRST_VERSIONS: Mapping[str, str] = {**INITIAL_VERSIONS, "checkout": "2.40.0", "inventory": "0.14.1"}


@dataclass(frozen=True)
class Commit:
    """One commit, ``before`` the start of the bed; ``releases`` are ``(service, version)``."""

    before: timedelta
    role: str
    subject: str
    files: Mapping[str, str]
    releases: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PastDeploy:
    """One deploy of a release, ``before`` the start of the bed."""

    before: timedelta
    service: str
    version: str
    role: str = "deploy-bot"


CODEOWNERS = """\
*                    @example/platform
/services/frontend/  @example/storefront
/services/checkout/  @example/checkout checkout-lead@example.com
/services/payments/  @example/payments
/services/inventory/ @example/warehouse
/services/database/  @example/platform
/flags/              @example/storefront
"""


def _source(service: str, version: str, body: str) -> dict[str, str]:
    folder = f"services/{service}"
    return {f"{folder}/VERSION": f"{version}\n", f"{folder}/{service}.py": body}


def _plain_source(service: str, version: str) -> dict[str, str]:
    return _source(service, version, f'def answer(request):\n    return "{service}", request\n')


_CHECKOUT = """\
POOL_SIZE = {pool_size}
TIMEOUT_SECONDS = {timeout}


def pay(order, payments):
    with payments.connection(POOL_SIZE, TIMEOUT_SECONDS) as connection:
        return connection.charge(order.total)
"""
_PAYMENTS = """\
ROUNDING = "{rounding}"


def charge(total):
    return total.quantize(ROUNDING)
"""

COMMITS = (
    Commit(
        timedelta(days=30),
        "platform-lead",
        "Start the shop with its five services",
        {
            "CODEOWNERS": CODEOWNERS,
            "README.md": "# The shop\n",
            "config/production.yaml": "log_level: info\ncheckout_workers: 4\n",
            "flags/production.json": '{"new-cart": false}\n',
            **_plain_source("frontend", INITIAL_VERSIONS["frontend"]),
            **_source("checkout", FIRST_VERSIONS["checkout"], _CHECKOUT.format(pool_size=20, timeout=5.0)),
            **_source("payments", INITIAL_VERSIONS["payments"], _PAYMENTS.format(rounding="0.01")),
            **_plain_source("inventory", FIRST_VERSIONS["inventory"]),
            "services/database/schema.sql": "CREATE TABLE stock (item TEXT PRIMARY KEY, left INTEGER);\n",
        },
        tuple(FIRST_VERSIONS.items()),
    ),
    Commit(
        timedelta(days=3),
        "checkout-engineer",
        "checkout: wait less for payments",
        _source("checkout", INITIAL_VERSIONS["checkout"], _CHECKOUT.format(pool_size=20, timeout=3.0)),
        (("checkout", INITIAL_VERSIONS["checkout"]),),
    ),
    Commit(
        timedelta(hours=6),
        "storefront-engineer",
        "Say in the README who owns what",
        {"README.md": "# The shop\n\nOwners are in CODEOWNERS.\n"},
    ),
    Commit(
        timedelta(hours=2),
        "warehouse-engineer",
        "inventory: name the item in the answer",
        _source("inventory", INITIAL_VERSIONS["inventory"], 'def answer(item):\n    return "inventory", item\n'),
        (("inventory", INITIAL_VERSIONS["inventory"]),),
    ),
    Commit(
        timedelta(minutes=50),
        "storefront-engineer",
        "Switch the new cart on",
        {"flags/production.json": '{"new-cart": true}\n'},
    ),
    Commit(
        timedelta(minutes=35),
        "platform-lead",
        "Give checkout more workers",
        {"config/production.yaml": "log_level: info\ncheckout_workers: 6\n"},
    ),
    Commit(
        timedelta(minutes=25),
        "payments-engineer",
        "payments: round half to even",
        _source("payments", NEXT_VERSIONS["payments"], _PAYMENTS.format(rounding="0.01 half-even")),
        (("payments", NEXT_VERSIONS["payments"]),),
    ),
    Commit(
        timedelta(minutes=15),
        "checkout-engineer",
        "checkout: keep fewer connections to payments",
        _source("checkout", NEXT_VERSIONS["checkout"], _CHECKOUT.format(pool_size=2, timeout=3.0)),
        (("checkout", NEXT_VERSIONS["checkout"]),),
    ),
)

DEPLOYS = (
    *(PastDeploy(timedelta(days=29), service, version) for service, version in FIRST_VERSIONS.items()),
    PastDeploy(timedelta(days=2), "checkout", INITIAL_VERSIONS["checkout"], role="oncall-a"),
    PastDeploy(timedelta(minutes=90), "inventory", INITIAL_VERSIONS["inventory"]),
)
