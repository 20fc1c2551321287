"""The example adapter with a kind of change: it acknowledges alerts of the invented Acme."""

import json
from dataclasses import replace
from typing import ClassVar

from opsloom.adapter_api.adapter import Manifest, Scope
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.capabilities import AlertReader
from opsloom.adapter_api.http_paths import path_segment
from opsloom.adapter_api.writers import AlertAcknowledger
from opsloom.model.alerts import AlertStatus
from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    ChangePlan,
    Effect,
    Observation,
    Order,
    Receipt,
    Sight,
    UnacknowledgeAlert,
)
from opsloom.model.errors import ConflictError
from opsloom.model.refs import Ref, RefKind
from tests.contract.acme_adapter import AcmeAdapter


class AcknowledgingAcme(AcmeAdapter):
    manifest: ClassVar[Manifest] = replace(
        AcmeAdapter.manifest,
        capabilities=frozenset({AlertReader, AlertAcknowledger}),
        scopes=(*AcmeAdapter.manifest.scopes, Scope("alerts:write", "to acknowledge alerts", writes=True)),
    )

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        alert = await self.get_alert(change.alert, call)
        acknowledges = isinstance(change, AcknowledgeAlert)
        return ChangePlan(
            change=change,
            summary=f"{'acknowledge' if acknowledges else 'take back the acknowledgement of'} {alert.name}",
            targets=(str(Ref(RefKind.ALERT, call.instance, change.alert)),),
            observed=(("state", alert.status_raw),),
            effects=(Effect(what="state", before=alert.status_raw, after="acknowledged" if acknowledges else "open"),),
            inverse=(UnacknowledgeAlert if acknowledges else AcknowledgeAlert)(alert=change.alert),
        )

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        change = order.plan.change
        assert isinstance(change, AcknowledgeAlert | UnacknowledgeAlert)
        alert = await self.get_alert(change.alert, call)
        if (("state", alert.status_raw),) != order.plan.observed:
            raise ConflictError(f"{call.instance}: the alert has another state by now", instance=call.instance)
        state = "acknowledged" if isinstance(change, AcknowledgeAlert) else "open"
        body = json.dumps({"state": state, "note": order.marker}).encode()
        path = f"/api/alerts/{path_segment(change.alert)}/state"
        await self._client.send(call, "POST", path, body, headers={"content-type": "application/json"})
        return Receipt(native_id=change.alert)

    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        change = order.plan.change
        assert isinstance(change, AcknowledgeAlert | UnacknowledgeAlert)
        alert = await self.get_alert(change.alert, call)
        acknowledged = alert.status is AlertStatus.ACKNOWLEDGED
        there = acknowledged is isinstance(change, AcknowledgeAlert)
        state = (("state", alert.status_raw),)
        if not there:
            return Observation(sight=Sight.ABSENT, state=state)
        return Observation(sight=Sight.PRESENT, state=state, receipt=Receipt(native_id=change.alert))
