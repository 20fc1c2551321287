"""Where objects are listed: namespaces, and label selectors of ours.

The syntax of selectors: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from opsloom_adapters.kubernetes.config import KubernetesConfig

_LABEL_VALUE = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Place:
    """Objects of one namespace (empty: of all) that fit a label selector (empty: any)."""

    namespace: str
    selector: str = ""


def places_of(config: KubernetesConfig, service: str | None = None) -> tuple[Place, ...]:
    """Where the objects are whose labels are those of pods, of ``service`` if given. No two places share an object.

    Those without any service label are in there: they are called after their workload.
    """
    selectors = [""] if service is None else _selectors_of(service, config.service_labels)
    return tuple(Place(namespace, selector) for namespace in config.namespaces or ("",) for selector in selectors)


def all_of(labels: Mapping[str, str]) -> str:
    """``a=1,b=2``. What is no label value, and so could hold another requirement, is left out."""
    return ",".join(f"{label}={value}" for label, value in labels.items() if _LABEL_VALUE.fullmatch(value))


def _selectors_of(service: str, labels: tuple[str, ...]) -> list[str]:
    selectors = []
    absent: list[str] = []
    for label in labels:
        if _LABEL_VALUE.fullmatch(service):
            selectors.append(",".join([*absent, f"{label}={service}"]))
        absent.append(f"!{label}")
    return [*selectors, ",".join(absent)]


def shown(places: tuple[Place, ...]) -> str:
    """``in shop, infra``, for people."""
    namespaces = dict.fromkeys(place.namespace for place in places)
    return f"in {', '.join(namespaces)}" if any(namespaces) else "in all namespaces"
