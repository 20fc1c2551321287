"""The contract of adapters, kept by the Unleash adapter.

The replies are those of https://docs.getunleash.io/reference/api/unleash/search-features,
https://docs.getunleash.io/reference/api/unleash/search-events and
https://docs.getunleash.io/reference/api/unleash/get-feature; ``tests/adapters/unleash/test_real_schema.py`` holds them
against what the real server publishes.
"""

from typing import ClassVar

from opsloom.adapter_api.contract_kit import CannedReply, HttpAdapterContract, Words
from opsloom.model.deploys import DeployStatus
from opsloom_adapters.unleash import UnleashAdapter
from opsloom_adapters.unleash.event_types import CHANGES, FAILURES, status_of
from tests.adapters.unleash.asking import (
    EVENTS,
    FEATURES,
    NEW_POOL,
    OVERVIEW,
    environment,
    event,
    events,
    flags,
    listed,
    one_flag,
    overview,
    switch,
)


class TestUnleash(HttpAdapterContract):
    adapter = UnleashAdapter
    settings: ClassVar = {
        "adapter": "unleash",
        "base_url": "https://unleash.test/shop",
        "token": {"env": "UNLEASH_TOKEN"},
        "write_token": {"env": "UNLEASH_WRITE_TOKEN"},
    }
    replies: ClassVar = {
        f"GET {FEATURES}": flags(listed("new-pool"), listed("payments-v2", type="kill-switch")),
        f"GET {EVENTS}": events(event(12), event(11, "feature-strategy-add", data={"name": "flexibleRollout"})),
        f"GET {NEW_POOL}": one_flag(environment("production")),
        f"POST {NEW_POOL}/environments/production/on": CannedReply(b""),
        f"GET {OVERVIEW}": overview(),
        "GET /api/admin/ui-config": {
            "version": "6.10.1",
            "unleashUrl": "https://unleash.test/shop",
            "baseUriPath": "/shop",
            "versionInfo": {"current": {"oss": "6.10.1"}, "latest": {}, "isLatest": True},
        },
    }
    changes: ClassVar = (switch(on=True),)
    words: ClassVar = {DeployStatus: Words(status_of, tuple(sorted(CHANGES | FAILURES)))}
