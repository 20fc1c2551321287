"""Rules that are never asked, because earlier ones match all that they match."""

from collections.abc import Iterable, Sequence

from opsloom.approval import policy_glob, policy_predicate
from opsloom.approval.policy_glob import matches_any
from opsloom.approval.policy_rule import Rule


def tools_of(rule: Rule, tools: Iterable[str]) -> list[str]:
    """Those of ``tools`` that ``rule`` means."""
    return [tool for tool in tools if rule.tools is None or matches_any(tool, rule.tools)]


def shadowing(rule: Rule, earlier: Sequence[Rule], tools: Iterable[str]) -> tuple[str, ...]:
    """Names of the rules among ``earlier`` that leave ``rule`` nothing, in their order; empty where it is reachable or
    that cannot be told.

    ``tools`` are all that there are: for each, some earlier rule must match whatever ``rule`` does.
    """
    own = tools_of(rule, tools)
    above = {tool: [one.name for one in earlier if tools_of(one, [tool]) and _covers(one, rule)] for tool in own}
    if not own or not all(above.values()):
        return ()
    first = {names[0] for names in above.values()}
    return tuple(one.name for one in earlier if one.name in first)


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether all that ``narrow`` matches of a tool that both mean is certainly matched by ``wide``."""
    return (
        all(
            _covers_names(getattr(wide, key), getattr(narrow, key), _stricter(wide, narrow))
            for key in ("services", "environments", "tiers")
        )
        and _covers_arguments(wide, narrow)
        and _covers_count(wide.services_over, narrow.services_over)
        and _covers_count(wide.targets_over, narrow.targets_over)
        and wide.reversible in (None, narrow.reversible)
        and (wide.during is None or (narrow.during is not None and set(narrow.during) <= set(wide.during)))
    )


def _stricter(wide: Rule, narrow: Rule) -> bool:
    """Whether ``wide`` allows, so that all must fit, and ``narrow`` forbids, so that any does, or what is not known."""
    return narrow.forbids and not wide.forbids


def _covers_names(wide: tuple[str, ...] | None, narrow: tuple[str, ...] | None, stricter: bool) -> bool:
    if wide is None or narrow is None:
        return wide is None
    return not stricter and all(any(policy_glob.covers(outer, one) for outer in wide) for one in narrow)


def _covers_arguments(wide: Rule, narrow: Rule) -> bool:
    if wide.arguments is None:
        return True
    given = narrow.arguments or {}
    return not _stricter(wide, narrow) and all(
        name in given and policy_predicate.covers(predicate, given[name]) for name, predicate in wide.arguments.items()
    )


def _covers_count(wide: int | None, narrow: int | None) -> bool:
    return wide is None or (narrow is not None and wide <= narrow)
