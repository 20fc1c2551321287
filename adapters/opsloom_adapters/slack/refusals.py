"""Slack's words for what went wrong, which come with status 200.

Source: the section "Errors" of each method's page, such as https://docs.slack.dev/reference/methods/chat.postMessage
"""

import re

from opsloom.adapter_api.call import Call
from opsloom.model.errors import (
    AuthenticationError,
    InvalidRequestError,
    NotFoundError,
    OpsloomError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    UnavailableError,
    UnexpectedAnswerError,
)
from opsloom_adapters.slack import wire

_CREDENTIAL = frozenset(
    {"not_authed", "invalid_auth", "account_inactive", "token_revoked", "token_expired", "two_factor_setup_required"}
)
_FORBIDDEN = {
    "no_permission": "the token lacks a permission, or the app is not in the channel: invite it",
    "not_allowed_token_type": "it does not take this type of token for that; use a user token",
    "access_denied": "the token may not reach that",
    "team_access_not_granted": "the token may not reach that workspace",
    "enterprise_is_restricted": "the organisation does not let it be used",
    "accesslimited": "it does not take requests from this network",
    "ekm_access_denied": "administrators have suspended it",
    "org_login_required": "the workspace is moving into an organisation",
    "restricted_action": "a setting of the workspace forbids it to this app",
    "restricted_action_read_only_channel": "the channel is read-only",
    "restricted_action_thread_only_channel": "the channel takes replies in threads only: name a thread",
    "restricted_action_non_threadable_channel": "the channel takes no replies: name no thread",
    "user_is_bot": "apps may not do that",
    "is_bot": "apps may not do that",
    "user_is_restricted": "guests may not do that",
    "user_is_ultra_restricted": "guests may not do that",
    "cant_update_message": "the message was not written by this app",
    "edit_window_closed": "the workspace lets messages be edited for a while only: post a new one",
}
_NOT_THERE = {
    "channel_not_found": "no such channel, or the app is not in it if it is private",
    "thread_not_found": "no such thread; copy it from a search of messages",
    "message_not_found": "no such message; copy it from a search of messages",
    "user_not_found": "no such user",
}
_TOO_MANY = frozenset({"ratelimited", "rate_limited"})
_NOT_NOW = frozenset({"request_timeout", "team_added_to_org", "external_channel_migrating"})
"""It could not be done now, and was not."""
_FAILED = frozenset({"internal_error", "fatal_error", "service_unavailable", "update_failed"})
"""Something broke. Of the first two Slack says that some of it may have been done nevertheless."""
_NAME = "a channel's name has 1 to 80 lower-case letters, digits, hyphens and underscores"
_INVALID = {
    "not_in_channel": "the app is not in the channel: invite it there",
    "is_archived": "the channel is archived: reopen it in Slack, or name another",
    "already_archived": "the channel is archived already",
    "cant_archive_general": "the general channel cannot be archived",
    "cant_archive_required": "a channel that everybody is in cannot be archived",
    "is_inactive": "the channel is frozen or archived",
    "no_text": "the text is empty",
    "msg_too_long": "the text is too long",
    "msg_blocks_too_long": "the text is too long",
    "block_mismatch": "the message was written in another form and cannot be replaced by text",
    "streaming_state_conflict": "the message is still being written",
    "method_not_supported_for_channel_type": "this type of channel does not take that",
    "name_taken": "the name is taken, perhaps by an archived or a private channel: choose another",
    "invalid_name": _NAME,
    "invalid_name_required": _NAME,
    "invalid_name_punctuation": _NAME,
    "invalid_name_maxlength": _NAME,
    "invalid_name_specials": _NAME,
    "no_channel": _NAME,
    "too_many_convos_for_team": "the workspace has as many channels as it may have",
    "invalid_cursor": "the place to go on from is no longer valid: search again",
    "invalid_ts_latest": "the end of the window is none that it takes",
    "invalid_ts_oldest": "the start of the window is none that it takes",
}
_SCOPES = re.compile(r"[a-z][a-z:._,]{0,200}")


def refusal_of(answer: wire.Answer, call: Call, *, changing: bool = False) -> OpsloomError:
    """The error for an answer that is not ok; ``changing``: to a request that was to change something.

    A word that nobody documented leaves open whether a change was done.
    """
    at, word = call.instance, answer.error
    if word in _CREDENTIAL:
        return AuthenticationError(f"{at} refused the credential ({word}); check the token", instance=at, upstream=word)
    if word == "missing_scope":
        needed = answer.needed if _SCOPES.fullmatch(answer.needed) else "another scope"
        return PermissionDeniedError(f"{at} denied permission; the token needs: {needed}", instance=at, upstream=word)
    if word in _FORBIDDEN:
        return PermissionDeniedError(f"{at} denied permission; {_FORBIDDEN[word]}", instance=at, upstream=word)
    if word in _NOT_THERE:
        return NotFoundError(f"{at}: {_NOT_THERE[word]}", instance=at, upstream=word)
    if word in _TOO_MANY:
        return RateLimitedError(f"{at} asks for fewer requests ({word})", instance=at, upstream=word)
    if word in _INVALID:
        return InvalidRequestError(f"{at}: {_INVALID[word]}", upstream=word)
    if word in _NOT_NOW or (word in _FAILED and not changing):
        return UnavailableError(f"{at} cannot answer now ({word})", instance=at, upstream=word)
    if changing:
        return OutcomeUnknownError(f"{at} failed, and nobody knows whether it was done", instance=at, upstream=word)
    return UnexpectedAnswerError(f"{at} refused the request", instance=at, upstream=word)
