"""Activation strategies in words: whom a flag reaches.

Source: https://docs.getunleash.io/concepts/activation-strategies
"""

from collections.abc import Sequence

from opsloom_adapters.unleash import wire

UNLEASHS_DEFAULT = wire.Strategy.model_construct(
    name="flexibleRollout", parameters={"rollout": "100", "stickiness": "default"}
)
"""What Unleash adds to a flag that is switched on without strategies, unless its project says otherwise."""
_GROUP = "groupId"  # sets nobody apart


def reach_of(strategies: Sequence[wire.Strategy]) -> str:
    """Whom a flag with ``strategies`` reaches while it is on: whomever one of them lets through."""
    if not strategies:
        return "everybody"
    return "; ".join(described(one) for one in strategies if not one.disabled) or "nobody: all are disabled"


def described(strategy: wire.Strategy) -> str:
    """``flexibleRollout rollout=50 stickiness=default, 2 constraints``"""
    parameters = [f"{name}={value}" for name, value in sorted(strategy.parameters.items()) if name != _GROUP]
    counts = (
        ("constraint", strategy.constraints),
        ("segment", strategy.segments),
        ("variant", strategy.variants),
    )
    more = [f"{len(some)} {noun}{'' if len(some) == 1 else 's'}" for noun, some in counts if some]
    return ", ".join([" ".join([strategy.name, *parameters]), *more])
