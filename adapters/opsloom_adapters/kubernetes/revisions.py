"""The revisions of a Deployment, as its ReplicaSets keep them.

A ReplicaSet that becomes the current one again gets a new number; the numbers that it had before stay in an annotation.
https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#rolling-back-a-deployment
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import REPLICA_SETS, KubernetesClient
from opsloom_adapters.kubernetes.selectors import Place, all_of

REVISION = "deployment.kubernetes.io/revision"
EARLIER_REVISIONS = "deployment.kubernetes.io/revision-history"
CHANGE_CAUSE = "kubernetes.io/change-cause"
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Revision:
    """A ReplicaSet of a Deployment. ``number`` is the one that it has now, ``earlier`` are those it had, ascending."""

    replica_set: wire.ReplicaSet
    number: int
    earlier: tuple[int, ...]

    @property
    def first(self) -> int:
        """The number under which it was rolled out first."""
        return self.earlier[0] if self.earlier else self.number

    @property
    def version(self) -> str:
        return version_of(self.replica_set.spec.template)

    @property
    def cause(self) -> str:
        return self.replica_set.metadata.annotations.get(CHANGE_CAUSE, "")


@dataclass(frozen=True)
class History:
    """All kept revisions of one Deployment, by ascending number. ``current`` is what it runs or is getting to run."""

    revisions: tuple[Revision, ...]
    current: Revision | None

    @property
    def has_lost_returns(self) -> bool:
        """Whether a revision came back when nobody knows any more: another than the present one, or an earlier time."""
        return any(len(one.earlier) > (one is self.current) for one in self.revisions)

    def before(self, number: int) -> tuple[Revision, ...]:
        """What ran before ``number`` was rolled out, the last first; one that came back is there several times."""
        ran = [(each, one) for one in self.revisions for each in (*one.earlier, one.number) if each < number]
        return tuple(one for _, one in sorted(ran, key=lambda each: each[0], reverse=True))


async def read_history(client: KubernetesClient, deployment: wire.Deployment, call: Call) -> History:
    """The history of one Deployment."""
    place = Place(deployment.metadata.namespace, all_of(deployment.spec.selector.match_labels))
    found = await client.objects(call, REPLICA_SETS, [place])
    return history_of(deployment, found.rows)


def history_of(deployment: wire.Deployment, replica_sets: Iterable[wire.ReplicaSet]) -> History:
    """The history of ``deployment`` from ReplicaSets among which are its own."""
    own = [one for one in replica_sets if _is_of(one, deployment)]
    revisions = sorted((one for one in map(_revision_of, own) if one is not None), key=lambda one: one.number)
    present = deployment.metadata.annotations.get(REVISION, "")
    current = next((one for one in revisions if str(one.number) == present), None)
    return History(tuple(revisions), current)


def images_of(template: wire.PodTemplate) -> Mapping[str, str]:
    """Container -> image."""
    return {container.name: container.image for container in template.spec.containers}


def version_of(template: wire.PodTemplate) -> str:
    """The images without their registries and paths, such as ``checkout:1.4.2``."""
    return ", ".join(image.rpartition("/")[2] for image in images_of(template).values())


def commit_of(template: wire.PodTemplate) -> str:
    """The commit, where the tag of the first image is the whole id of one."""
    first = next(iter(images_of(template).values()), "")
    tag = first.rpartition("/")[2].partition("@")[0].partition(":")[2]
    return tag if _COMMIT.fullmatch(tag) else ""


def _is_of(replica_set: wire.ReplicaSet, deployment: wire.Deployment) -> bool:
    controller = replica_set.metadata.controller
    return controller is not None and controller.kind == "Deployment" and controller.uid == deployment.metadata.uid


def _revision_of(replica_set: wire.ReplicaSet) -> Revision | None:
    number = _whole(replica_set.metadata.annotations.get(REVISION, ""))
    if number is None:
        return None
    said = map(_whole, replica_set.metadata.annotations.get(EARLIER_REVISIONS, "").split(","))
    earlier = sorted({one for one in said if one is not None and one < number})
    return Revision(replica_set, number, tuple(earlier))


def _whole(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
