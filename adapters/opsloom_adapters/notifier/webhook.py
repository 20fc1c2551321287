"""By webhook: one signed POST for each notification."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from pydantic import SecretStr

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient
from opsloom.model.changes import Observation, Receipt, Sight
from opsloom.model.errors import ProviderError, UnavailableError
from opsloom_adapters.notifier.mapping import receipt_of
from opsloom_adapters.notifier.wire import Notification


@dataclass(frozen=True, slots=True)
class WebhookRoute:
    """Posts to ``url``, the base of ``http``; every method raises the errors of :class:`HttpClient`."""

    http: HttpClient
    url: str
    secret: SecretStr

    @property
    def address(self) -> str:
        return f"webhook {self.url}"

    @property
    def blind_spot(self) -> str:
        return "What the receiver of the webhook does with it; whether it arrived cannot be looked up afterwards."

    async def probe(self, call: Call) -> Probe:
        """``OPTIONS``: every HTTP answer counts, because receivers need only know POST.

        :raises UnavailableError: there was no HTTP answer.
        """
        try:
            reply = await self.http.ask(call, "", b"", method="OPTIONS")
        except ProviderError as error:
            if error.status is None:
                raise UnavailableError(
                    f"no HTTP answer came from webhook_url of {call.instance}", instance=call.instance
                ) from None
            return Probe()
        return Probe(server_time=reply.date)

    async def deliver(self, notification: Notification, call: Call) -> Receipt:
        body = notification.as_json()
        timestamp = str(int(notification.at.timestamp()))
        headers = {
            "content-type": "application/json",
            "idempotency-key": notification.dedup_key,
            "x-opsloom-timestamp": timestamp,
            "x-opsloom-signature": _signature(self.secret, timestamp, body),
        }
        return receipt_of((await self.http.send(call, "POST", "", body, headers=headers)).body)

    async def look_for(self, dedup_key: str, call: Call) -> Observation:
        return Observation(sight=Sight.UNOBSERVABLE)


def _signature(secret: SecretStr, timestamp: str, body: bytes) -> str:
    """The timestamp is signed too, so that a receiver can refuse what was recorded and is sent again later."""
    signed = timestamp.encode() + b"." + body
    return "v1=" + hmac.new(secret.get_secret_value().encode(), signed, sha256).hexdigest()
