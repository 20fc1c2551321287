"""What the API server sends, as far as it is kept.

Source: https://github.com/kubernetes/kubernetes/blob/master/api/openapi-spec/swagger.json
"""

from typing import Any, Generic, TypeVar

from pydantic import (
    AwareDatetime,
    Field,
    JsonValue,
    TypeAdapter,
    model_validator,
)

from opsloom.adapter_api.json_shapes import CamelWire, Labels

T = TypeVar("T")
JsonObject = dict[str, JsonValue]


class OwnerReference(CamelWire):
    kind: str
    name: str
    uid: str
    controller: bool = False


class ObjectMeta(CamelWire):
    """``generation`` counts the changes of what was asked for, ``resource_version`` those of anything."""

    name: str
    namespace: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: AwareDatetime
    deletion_timestamp: AwareDatetime | None = None
    labels: Labels = Field(default_factory=dict)
    annotations: Labels = Field(default_factory=dict)
    owner_references: tuple[OwnerReference, ...] = ()

    @property
    def controller(self) -> OwnerReference | None:
        """What made the object and looks after it."""
        return next((owner for owner in self.owner_references if owner.controller), None)


class Condition(CamelWire):
    """Of a Deployment or a pod; ``status`` is ``True``, ``False`` or ``Unknown``."""

    type: str
    status: str
    reason: str = ""
    message: str = ""
    last_transition_time: AwareDatetime | None = None
    last_update_time: AwareDatetime | None = None


class Container(CamelWire):
    name: str
    image: str = ""


class TemplateMeta(CamelWire):
    labels: Labels = Field(default_factory=dict)
    annotations: Labels = Field(default_factory=dict)


class TemplateSpec(CamelWire):
    containers: tuple[Container, ...]


class PodTemplate(CamelWire):
    """``whole`` is the template as it was sent, to compare it and to put it back."""

    metadata: TemplateMeta = Field(default_factory=TemplateMeta)
    spec: TemplateSpec
    whole: JsonObject

    @model_validator(mode="before")
    @classmethod
    def _keep_the_whole(cls, value: Any) -> Any:
        return {**value, "whole": value} if isinstance(value, dict) else value


class LabelSelector(CamelWire):
    match_labels: Labels = Field(default_factory=dict)


class DeploymentSpec(CamelWire):
    replicas: int = 1
    paused: bool = False
    selector: LabelSelector
    template: PodTemplate


class DeploymentStatus(CamelWire):
    observed_generation: int = 0
    replicas: int = 0
    updated_replicas: int = 0
    ready_replicas: int = 0
    available_replicas: int = 0
    conditions: tuple[Condition, ...] = ()


class Deployment(CamelWire):
    metadata: ObjectMeta
    spec: DeploymentSpec
    status: DeploymentStatus = Field(default_factory=DeploymentStatus)

    def condition(self, kind: str) -> Condition | None:
        """The condition of that type, such as ``Progressing``."""
        return next((one for one in self.status.conditions if one.type == kind), None)


class ReplicaSetSpec(CamelWire):
    template: PodTemplate


class ReplicaSet(CamelWire):
    metadata: ObjectMeta
    spec: ReplicaSetSpec


class ObjectReference(CamelWire):
    kind: str = ""
    name: str = ""
    namespace: str = ""


class EventSeries(CamelWire):
    count: int = 0
    last_observed_time: AwareDatetime | None = None


class EventSource(CamelWire):
    component: str = ""
    host: str = ""


class Event(CamelWire):
    """A repeated event is one object that is counted up; which of its times are filled depends on who wrote it."""

    metadata: ObjectMeta
    involved_object: ObjectReference
    type: str = ""
    reason: str = ""
    message: str = ""
    count: int = 0
    first_timestamp: AwareDatetime | None = None
    last_timestamp: AwareDatetime | None = None
    event_time: AwareDatetime | None = None
    series: EventSeries | None = None
    source: EventSource = Field(default_factory=EventSource)
    reporting_component: str = ""


class Waiting(CamelWire):
    reason: str = ""
    message: str = ""


class Running(CamelWire):
    started_at: AwareDatetime | None = None


class Terminated(CamelWire):
    exit_code: int
    reason: str = ""
    message: str = ""
    finished_at: AwareDatetime | None = None


class ContainerState(CamelWire):
    """At most one of them."""

    waiting: Waiting | None = None
    running: Running | None = None
    terminated: Terminated | None = None


class ContainerStatus(CamelWire):
    name: str
    image: str = ""
    ready: bool = False
    restart_count: int = 0
    state: ContainerState = Field(default_factory=ContainerState)
    last_state: ContainerState = Field(default_factory=ContainerState)


class PodStatus(CamelWire):
    phase: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[Condition, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()


class PodSpec(CamelWire):
    node_name: str = ""


class Pod(CamelWire):
    metadata: ObjectMeta
    spec: PodSpec = Field(default_factory=PodSpec)
    status: PodStatus

    def condition(self, kind: str) -> Condition | None:
        """The condition of that type, such as ``Ready``."""
        return next((one for one in self.status.conditions if one.type == kind), None)


class ScaleTarget(CamelWire):
    kind: str
    name: str


class AutoscalerSpec(CamelWire):
    scale_target_ref: ScaleTarget
    min_replicas: int = 1
    max_replicas: int


class Autoscaler(CamelWire):
    """``autoscaling/v2`` HorizontalPodAutoscaler."""

    metadata: ObjectMeta
    spec: AutoscalerSpec


class ListMeta(CamelWire):
    """``rest`` is the token of the next page, empty on the last."""

    rest: str = Field("", validation_alias="continue")


class ObjectList(CamelWire, Generic[T]):
    metadata: ListMeta
    items: tuple[T, ...]


class Version(CamelWire):
    git_version: str


class AccessReviewStatus(CamelWire):
    allowed: bool
    evaluation_error: str = ""


class AccessReview(CamelWire):
    status: AccessReviewStatus


DEPLOYMENT: TypeAdapter[Deployment] = TypeAdapter(Deployment)
REPLICA_SET: TypeAdapter[ReplicaSet] = TypeAdapter(ReplicaSet)
POD: TypeAdapter[Pod] = TypeAdapter(Pod)
DEPLOYMENTS: TypeAdapter[ObjectList[Deployment]] = TypeAdapter(ObjectList[Deployment])
REPLICA_SETS: TypeAdapter[ObjectList[ReplicaSet]] = TypeAdapter(ObjectList[ReplicaSet])
PODS: TypeAdapter[ObjectList[Pod]] = TypeAdapter(ObjectList[Pod])
EVENTS: TypeAdapter[ObjectList[Event]] = TypeAdapter(ObjectList[Event])
AUTOSCALERS: TypeAdapter[ObjectList[Autoscaler]] = TypeAdapter(ObjectList[Autoscaler])
VERSION: TypeAdapter[Version] = TypeAdapter(Version)
ACCESS_REVIEW: TypeAdapter[AccessReview] = TypeAdapter(AccessReview)
