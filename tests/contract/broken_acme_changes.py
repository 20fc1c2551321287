"""Adapters that each break the contract of changes in one way, for tests/contract/test_kit_bites.py."""

import json
from typing import ClassVar, TypeVar

from opsloom.adapter_api.call import Call
from opsloom.model.changes import (
    AcknowledgeAlert,
    Acknowledgement,
    ChangePlan,
    Observation,
    Order,
    Receipt,
    Sight,
)
from opsloom.model.errors import InvalidRequestError, OutcomeUnknownError, ProviderError
from opsloom_acme import AcmeAdapter
from tests.contract.good_acme import GoodAcme

AdapterClass = TypeVar("AdapterClass", bound=type[AcmeAdapter])


def checked(adapter: AdapterClass) -> AdapterClass:
    """Add ``TestX``, the contract for the adapter ``X``, to this module."""
    globals()[f"Test{adapter.__name__}"] = type(f"Test{adapter.__name__}", (GoodAcme,), {"adapter": adapter})
    return adapter


@checked
class SentAsAQuestion(AcmeAdapter):
    """Changes something with the credential for reading, and tries it again."""

    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        await self._client.http.ask(call, "/api/alerts/A%2F42/state", json.dumps({"note": order.marker}).encode())
        return Receipt()


@checked
class SentTwice(AcmeAdapter):
    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        try:
            return await super().apply_acknowledgement(order, call)
        except ProviderError:
            await self._client.http.send(call, "POST", "/api/alerts/A%2F42/state", b"{}")
            return Receipt()


@checked
class DoubtDenied(AcmeAdapter):
    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        try:
            return await super().apply_acknowledgement(order, call)
        except OutcomeUnknownError as error:
            raise InvalidRequestError("it did not work") from error


@checked
class DoubtIgnored(AcmeAdapter):
    async def apply_acknowledgement(self, order: Order, call: Call) -> Receipt:
        try:
            return await super().apply_acknowledgement(order, call)
        except OutcomeUnknownError:
            return Receipt()


@checked
class SilenceIsAbsence(AcmeAdapter):
    async def observe_acknowledgement(self, order: Order, call: Call) -> Observation:
        try:
            return await super().observe_acknowledgement(order, call)
        except ProviderError:
            return Observation(sight=Sight.ABSENT)


@checked
class BlindPlan(AcmeAdapter):
    """Plans although it could not look."""

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        try:
            return await super().plan_acknowledgement(change, call)
        except ProviderError:
            return ChangePlan(
                change=change, summary="acknowledge", targets=(change.alert,), effects=(), irreversible="unknown"
            )


@checked
class RestlessPlan(AcmeAdapter):
    """Its plan depends on what moves by itself."""

    count: ClassVar[list[int]] = []

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        self.count.append(1)
        plan = await super().plan_acknowledgement(change, call)
        return plan.model_copy(update={"observed": (("asked", str(len(self.count))),)})


@checked
class NoWayBack(AcmeAdapter):
    """Neither an inverse nor a reason why there is none."""

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        plan = await super().plan_acknowledgement(change, call)
        return plan.model_copy(update={"inverse": None})


@checked
class HastyPlan(AcmeAdapter):
    """Does it while it is planned."""

    async def plan_acknowledgement(self, change: Acknowledgement, call: Call) -> ChangePlan:
        plan = await super().plan_acknowledgement(change, call)
        call.writing = True
        await self.apply_acknowledgement(Order(plan=plan, marker="opsloom-x", requester="a", approver="b"), call)
        return plan


class TestForgottenKind(GoodAcme):
    """Not every kind of change is tried."""

    changes: ClassVar = (AcknowledgeAlert(alert="A/42"),)
