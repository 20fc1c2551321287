"""What jobs and data sets are called on a map: as short as it can be said without meaning another one."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import NamedTuple

from opsloom_adapters.openlineage import wire


class NodeType(StrEnum):
    """The two kinds of things that OpenLineage names."""

    JOB = "job"
    DATASET = "dataset"


class Node(NamedTuple):
    """A job or a data set: the name is unique within the namespace."""

    type: NodeType
    namespace: str
    name: str

    @classmethod
    def job(cls, job: wire.JobName) -> "Node":
        return cls(NodeType.JOB, job.namespace, job.name)

    @classmethod
    def dataset(cls, dataset: wire.Dataset) -> "Node":
        return cls(NodeType.DATASET, dataset.namespace, dataset.name)

    @property
    def long_name(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def full_name(self) -> str:
        return f"{self.type}:{self.long_name}"


_FORMS: tuple[Callable[[Node], str], ...] = (lambda node: node.name, lambda node: node.long_name)


def services_of(nodes: Iterable[Node], globs: Mapping[str, str]) -> dict[Node, str]:
    """The jobs among ``nodes`` that a glob matches, with the service of the first one that does."""
    found = {}
    for node in nodes:
        matching = (service for glob, service in globs.items() if _matches(node, glob))
        service = next(matching, None)
        if service is not None:
            found[node] = service
    return found


def labels_of(nodes: Collection[Node], services: Mapping[Node, str]) -> dict[Node, str]:
    """Each node by its service, else by its name, by that with the namespace in front where others have the same name,
    or even with its type, where a job and a data set have the same namespace, too.
    """
    labels = dict(services)
    for form in _FORMS:
        left = set(nodes) - labels.keys()
        counts = Counter(form(node) for node in left)
        taken = set(labels.values())
        labels |= {node: form(node) for node in left if counts[form(node)] == 1 and form(node) not in taken}
    return {node: node.full_name for node in nodes} | labels


def _matches(node: Node, glob: str) -> bool:
    return node.type is NodeType.JOB and (fnmatchcase(node.name, glob) or fnmatchcase(node.long_name, glob))
