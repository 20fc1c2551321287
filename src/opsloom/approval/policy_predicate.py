"""What a rule says of one argument: a value, a list of them, a pattern for text, or a comparison such as ``<=2h``."""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, TypeAlias

from pydantic import PlainValidator

from opsloom.approval import policy_glob
from opsloom.audit.canonical import Json

Scalar: TypeAlias = bool | int | float | str
_COMPARISON = re.compile(r"\s*(<=|>=|<|>)(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_DURATION = re.compile(r"(\d{1,9}[smhdw])+")
_DURATION_PART = re.compile(r"(\d+)([smhdw])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """``sign`` is ``<``, ``<=``, ``>`` or ``>=``; ``bound`` is a number, of seconds if it was written as a duration."""

    sign: str
    bound: float

    def holds(self, number: float) -> bool:
        return _OPERATORS[self.sign](number, self.bound)

    def covers(self, narrow: "Comparison") -> bool:
        """Whether each number that ``narrow`` holds for is one of ours."""
        if self.sign[0] != narrow.sign[0]:
            return False
        return self.holds(narrow.bound) or (self.bound == narrow.bound and self.sign == narrow.sign)


def quantity(value: Json) -> float | None:
    """A number, or the seconds of a duration such as ``90s``, ``2h`` or ``1h30m``; ``None`` for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return float(text)
    if _DURATION.fullmatch(text):
        return float(sum(int(count) * _UNIT_SECONDS[unit] for count, unit in _DURATION_PART.findall(text)))
    return None


@lru_cache(maxsize=1024)
def comparison(text: str) -> Comparison | None:
    """``text`` as a comparison, ``None`` if it is none.

    :raises ValueError: it begins like one, and no number or duration follows.
    """
    match = _COMPARISON.fullmatch(text)
    if match is None:
        return None
    bound = quantity(match[2])
    if bound is None:
        raise ValueError(f'{text!r} is no comparison; write one such as "<=2h" or ">5" (units s m h d w)')
    return Comparison(match[1], bound)


def _checked(value: object) -> Scalar | tuple[Scalar, ...]:
    if isinstance(value, list | tuple):
        if not value:
            raise ValueError("an empty list matches nothing; name at least one value")
        return tuple(_checked_scalar(item) for item in value)
    return _checked_scalar(value)


def _checked_scalar(value: object) -> Scalar:
    if not isinstance(value, bool | int | float | str) or value != value or value in (float("inf"), float("-inf")):
        raise ValueError("must be text, a number, true or false, or a list of these")
    if isinstance(value, str):
        comparison(value)
    return value


Predicate = Annotated[Scalar | tuple[Scalar, ...], PlainValidator(_checked)]


def holds(predicate: Scalar | tuple[Scalar, ...], value: Json, *, forbidding: bool) -> bool:
    """Whether ``value`` is one that the rule means.

    Of a list of values, all must be for a rule that allows (and there must be one), any for a rule that forbids. What
    cannot be compared fits a comparison of a rule that forbids, and none of a rule that allows.
    """
    if isinstance(value, list | tuple):
        fits = [holds(predicate, item, forbidding=forbidding) for item in value]
        return any(fits) if forbidding else bool(fits) and all(fits)
    alternatives = predicate if isinstance(predicate, tuple) else (predicate,)
    return any(_fits(one, value, forbidding) for one in alternatives)


def _fits(wanted: Scalar, value: Json, forbidding: bool) -> bool:
    if isinstance(wanted, str):
        if limit := comparison(wanted):
            number = quantity(value)
            return forbidding if number is None else limit.holds(number)
        return isinstance(value, str) and policy_glob.matches_any(value, (wanted,))
    return isinstance(value, bool) == isinstance(wanted, bool) and value == wanted


def covers(wide: Scalar | tuple[Scalar, ...], narrow: Scalar | tuple[Scalar, ...]) -> bool:
    """Whether each value that fits ``narrow`` certainly fits ``wide``, for two rules that both allow or both forbid."""
    if isinstance(narrow, tuple):
        return all(covers(wide, one) for one in narrow)
    if isinstance(wide, tuple):
        return any(covers(one, narrow) for one in wide)
    if wide == narrow and isinstance(wide, bool) == isinstance(narrow, bool):
        return True
    outer = comparison(wide) if isinstance(wide, str) else None
    inner = comparison(narrow) if isinstance(narrow, str) else None
    if inner is not None:
        return outer is not None and outer.covers(inner)
    if isinstance(narrow, str) and not policy_glob.is_literal(narrow):
        return isinstance(wide, str) and outer is None and policy_glob.covers(wide, narrow)
    return _fits(wide, narrow, False)
