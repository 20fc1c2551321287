"""The requests to Slack's Web API (https://docs.slack.dev/apis/web-api)."""

import json
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import urlencode

from pydantic import TypeAdapter

from opsloom.adapter_api.adapter import Probe
from opsloom.adapter_api.call import Call
from opsloom.adapter_api.http import HttpClient, Parameters, Reply
from opsloom.adapter_api.http_errors import error_of_change
from opsloom.adapter_api.http_json import parse_json
from opsloom.model.errors import UnexpectedAnswerError
from opsloom.model.window import Window
from opsloom_adapters.slack import wire
from opsloom_adapters.slack.config import SlackConfig
from opsloom_adapters.slack.refusals import refusal_of
from opsloom_adapters.slack.times import ts_of

T = TypeVar("T")
CHANNELS_PER_PAGE = 1_000
MARKED = "opsloom_action"
"""The type of the metadata that opsloom's messages carry."""


class SlackClient:
    """Asks one workspace.

    Every method raises the errors of :class:`HttpClient`, and those of Slack's own words for what went wrong.
    """

    def __init__(self, http: HttpClient, config: SlackConfig) -> None:
        self._http = http
        self._types = "public_channel,private_channel" if config.private_channels else "public_channel"
        self._workspace = config.web_url

    async def history(
        self,
        call: Call,
        channel: str,
        window: Window,
        *,
        limit: int,
        cursor: str = "",
        link: str | None = None,
        with_metadata: bool = False,
    ) -> wire.Messages:
        """``GET conversations.history``: a page of what was said in a channel, newest first, without replies."""
        parameters = _within(window, channel, limit, cursor, with_metadata=with_metadata)
        return await self._ask(
            call, "conversations.history", wire.MESSAGES, parameters=parameters, window=window, link=link
        )

    async def replies(
        self,
        call: Call,
        channel: str,
        thread: str,
        window: Window,
        *,
        limit: int,
        cursor: str = "",
        link: str | None = None,
        with_metadata: bool = False,
    ) -> wire.Messages:
        """``GET conversations.replies``: a page of a thread, oldest first, what began it among them."""
        within = _within(window, channel, limit, cursor, with_metadata=with_metadata)
        parameters = (("ts", thread), *within)
        return await self._ask(
            call, "conversations.replies", wire.MESSAGES, parameters=parameters, window=window, link=link
        )

    async def message(self, call: Call, channel: str, ts: str, *, link: str | None = None) -> wire.Message | None:
        """``GET conversations.replies`` for the one message ``ts``, in a thread or not; ``None``: it is not there."""
        parameters = (
            *(("ts", ts), ("channel", channel), ("oldest", ts), ("latest", ts)),
            *(("inclusive", "true"), ("include_all_metadata", "true")),
        )
        heard = await self._ask(call, "conversations.replies", wire.MESSAGES, parameters=parameters, link=link)
        return next((message for message in heard.messages if message.ts == ts), None)

    async def channels(self, call: Call, cursor: str) -> wire.Channels:
        """``GET conversations.list``: a page of the channels, archived ones included."""
        parameters = [("types", self._types), ("exclude_archived", "false"), ("limit", str(CHANNELS_PER_PAGE))]
        if cursor:
            parameters.append(("cursor", cursor))
        return await self._ask(call, "conversations.list", wire.CHANNELS, parameters=parameters)

    async def channel(self, call: Call, channel: str) -> wire.Channel:
        """``GET conversations.info``."""
        found = await self._ask(call, "conversations.info", wire.CHANNEL, parameters=(("channel", channel),))
        return found.channel

    async def user(self, call: Call, user: str) -> wire.User:
        """``GET users.info``."""
        return (await self._ask(call, "users.info", wire.USER, parameters=(("user", user),))).user

    async def workspace(self, call: Call) -> str:
        """The address of the workspace: that of the settings, else from ``GET auth.test``, asked once."""
        if self._workspace is None:
            self._workspace = (await self._ask(call, "auth.test", wire.IDENTITY)).url.rstrip("/")
        return self._workspace

    async def post(self, call: Call, channel: str, text: str, marker: str, *, thread: str | None) -> wire.Sent:
        """``POST chat.postMessage``: ``text`` is mrkdwn; no names are linked and no previews are shown."""
        form = {
            "channel": channel,
            "text": text,
            "metadata": _metadata(marker),
            "link_names": "false",
            "unfurl_links": "false",
            "unfurl_media": "false",
            **({"thread_ts": thread} if thread else {}),
        }
        return await self._change(call, "chat.postMessage", form, wire.SENT)

    async def replace(self, call: Call, channel: str, ts: str, text: str, marker: str) -> wire.Sent:
        """``POST chat.update``: another text for the message ``ts``, which this app wrote."""
        form = {
            "channel": channel,
            "ts": ts,
            "text": text,
            "metadata": _metadata(marker),
            "link_names": "false",
            "parse": "none",
        }
        return await self._change(call, "chat.update", form, wire.SENT)

    async def open_channel(self, call: Call, name: str) -> wire.Channel:
        """``POST conversations.create``: a public channel."""
        form = {"name": name, "is_private": "false"}
        return (await self._change(call, "conversations.create", form, wire.CHANNEL)).channel

    async def archive_channel(self, call: Call, channel: str) -> None:
        """``POST conversations.archive``."""
        await self._change(call, "conversations.archive", {"channel": channel}, wire.ANSWER)

    async def probe(self, call: Call) -> Probe:
        """``GET auth.test``: whether the token is taken."""
        reply = await self._http.get(call, "/auth.test")
        _good(reply, wire.IDENTITY, call)
        return Probe(server_time=reply.date)

    async def scopes_for_changes(self, call: Call) -> frozenset[str] | None:
        """``GET auth.test`` with the token for changes: the scopes it has, ``None`` where Slack does not tell."""
        reply = await self._http.get(call, "/auth.test", as_writer=True)
        _good(reply, wire.IDENTITY, call)
        told = reply.headers.get("x-oauth-scopes")
        return None if told is None else frozenset(scope.strip() for scope in told.split(","))

    async def _ask(
        self,
        call: Call,
        method: str,
        shape: TypeAdapter[T],
        *,
        parameters: Parameters = (),
        window: Window | None = None,
        link: str | None = None,
    ) -> T:
        reply = await self._http.get(call, f"/{method}", parameters=parameters, window=window, link=link)
        return _good(reply, shape, call)

    async def _change(self, call: Call, method: str, form: Mapping[str, str], shape: TypeAdapter[T]) -> T:
        """:raises OutcomeUnknownError: also when the answer does not tell what was done."""
        headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
        reply = await self._http.send(call, "POST", f"/{method}", urlencode(form).encode("ascii"), headers=headers)
        try:
            return _good(reply, shape, call, changing=True)
        except UnexpectedAnswerError as error:
            raise error_of_change(error) from error


def _good(reply: Reply, shape: TypeAdapter[T], call: Call, *, changing: bool = False) -> T:
    answer = parse_json(reply.body, wire.ANSWER, call.instance)
    if not answer.ok:
        raise refusal_of(answer, call, changing=changing)
    return parse_json(reply.body, shape, call.instance)


def _within(window: Window, channel: str, limit: int, cursor: str, *, with_metadata: bool) -> Parameters:
    parameters = [
        *(("channel", channel), ("oldest", ts_of(window.start)), ("latest", ts_of(window.end))),
        *(("inclusive", "true"), ("limit", str(limit))),
    ]
    if with_metadata:
        parameters.append(("include_all_metadata", "true"))
    if cursor:
        parameters.append(("cursor", cursor))
    return parameters


def _metadata(marker: str) -> str:
    return json.dumps({"event_type": MARKED, "event_payload": {"marker": marker}})
