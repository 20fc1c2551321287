"""Plans: what would be sent to whom. They ask nobody, since no way out can be asked."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from opsloom.model.changes import ChangePlan, Effect, PagePerson, SendMessage
from opsloom.model.errors import InvalidRequestError, UnsupportedError
from opsloom.model.limits import MESSAGE_CHARS, TARGET_CHARS
from opsloom_adapters.notifier.config import NotifierConfig
from opsloom_adapters.notifier.route import Route


def plan_of(change: SendMessage | PagePerson, config: NotifierConfig, route: Route, instance: str) -> ChangePlan:
    """The plan for ``change``, of which ``observed`` holds where it goes: to whom, and by which way.

    :raises InvalidRequestError: there is no text, or too much, or the channel or target is none that is allowed.
    :raises UnsupportedError: no channel or target is allowed.
    """
    _check_text(change.text)
    if isinstance(change, SendMessage):
        return _plan_message(change, config, route, instance)
    return _plan_page(change, config, route, instance)


def _plan_message(change: SendMessage, config: NotifierConfig, route: Route, instance: str) -> ChangePlan:
    _check_name("channel", change.channel, config.channels, instance)
    return ChangePlan(
        change=change,
        summary=f"Post {len(change.text)} characters to {change.channel}{_known_as(config)}",
        targets=(change.channel,),
        observed=(("channel", change.channel), ("route", route.address)),
        effects=(Effect(what="new message in the channel", before="", after=change.text),),
        irreversible="A message that was read cannot be taken back.",
        not_inspected=("Who reads the channel.", route.blind_spot),
    )


def _plan_page(change: PagePerson, config: NotifierConfig, route: Route, instance: str) -> ChangePlan:
    _check_name("target", change.target, config.targets, instance)
    return ChangePlan(
        change=change,
        summary=f"Page {change.target}{_known_as(config)}",
        targets=(change.target,),
        services=(change.service,) if change.service else (),
        observed=(("target", change.target), ("route", route.address)),
        effects=(Effect(what="page to the target", before="", after=change.text),),
        irreversible="Somebody who was woken cannot be left asleep.",
        not_inspected=("Who is behind the target now, and how they are woken.", route.blind_spot),
    )


def _check_text(text: str) -> None:
    if not text.strip() or len(text) > MESSAGE_CHARS:
        raise InvalidRequestError(f"text must have 1 to {MESSAGE_CHARS} characters that are not all blank")


def _check_name(argument: str, name: str, allowed: Sequence[str], instance: str) -> None:
    if not allowed:
        raise UnsupportedError(
            f"{instance} may use no {argument}: the operator can allow some by its setting {argument}s"
        )
    if not name.strip() or not name.isprintable() or len(name) > TARGET_CHARS:
        raise InvalidRequestError(f"{argument} must be a name on one line, of at most {TARGET_CHARS} characters")
    if name not in allowed and not any(fnmatchcase(name, pattern) for pattern in allowed):
        raise InvalidRequestError(f"{argument} is none that {instance} may use; it may use: {', '.join(allowed)}")


def _known_as(config: NotifierConfig) -> str:
    return f" ({config.title})" if config.title else ""
