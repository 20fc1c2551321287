"""What Argo CD sends, as far as it is kept.

Source: https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/ (its Swagger document) and, of applications,
https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter

from opsloom.adapter_api.json_shapes import EMPTY_IF_NULL, CamelWire, Labels, Many, Text, Texts
from opsloom_adapters.argocd.identity import AppKey


class ObjectMeta(CamelWire):
    name: Annotated[str, Field(min_length=1)]
    namespace: Annotated[str, Field(min_length=1)]
    labels: Labels = Field(default_factory=dict)
    creation_timestamp: AwareDatetime


class Source(CamelWire):
    """Where manifests come from; ``chart`` is set where it is a Helm repository and no Git repository."""

    repo_url: Text = Field("", validation_alias="repoURL")
    path: Text = ""
    chart: Text = ""
    target_revision: Text = ""


class Destination(CamelWire):
    server: Text = ""
    name: Text = ""
    namespace: Text = ""


class Automated(CamelWire):
    enabled: bool | None = None


class SyncPolicy(CamelWire):
    automated: Automated | None = None


class _Sourced(CamelWire):
    """Applications have one source or several; of several, the revisions stand in the same order."""

    source: Source | None = None
    sources: Many[Source] = ()

    @property
    def all_sources(self) -> tuple[Source, ...]:
        return self.sources or ((self.source,) if self.source else ())


class _Revised(CamelWire):
    revision: Text = ""
    revisions: Texts = ()

    @property
    def all_revisions(self) -> tuple[str, ...]:
        return tuple(one for one in self.revisions or (self.revision,) if one)


class ApplicationSpec(_Sourced):
    project: Text = ""
    destination: Destination = Destination()
    sync_policy: SyncPolicy | None = None
    revision_history_limit: int | None = None


class Initiator(CamelWire):
    username: Text = ""
    automated: bool = False


class RevisionHistory(_Sourced, _Revised):
    """A sync that succeeded, with what it deployed."""

    id: int
    deployed_at: AwareDatetime
    deploy_started_at: AwareDatetime | None = None
    initiated_by: Initiator = Initiator()


class SyncStatus(_Revised):
    """``revision`` is the newest one that Argo CD knows of, to which the cluster was compared."""

    status: Text = ""


class Health(CamelWire):
    status: Text = ""
    message: Text = ""
    last_transition_time: AwareDatetime | None = None


class Info(CamelWire):
    name: Text = ""
    value: Text = ""


class SyncOperation(_Revised):
    """What an operation was asked to do."""


class Operation(CamelWire):
    sync: SyncOperation | None = None
    info: Many[Info] = ()
    initiated_by: Initiator = Initiator()


class OperationState(CamelWire):
    """The last operation; it may be running."""

    phase: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    message: Text = ""
    operation: Operation = Operation()
    sync_result: SyncOperation | None = None


class ResourceStatus(CamelWire):
    kind: Text = ""
    namespace: Text = ""
    name: Text = ""
    status: Text = ""
    requires_pruning: bool = False
    hook: bool = False


class Summary(CamelWire):
    images: Texts = ()


class ApplicationStatus(CamelWire):
    sync: SyncStatus = SyncStatus()
    health: Health = Health()
    history: Many[RevisionHistory] = ()
    operation_state: OperationState | None = None
    resources: Many[ResourceStatus] = ()
    summary: Annotated[Summary, EMPTY_IF_NULL] = Summary()


class Application(CamelWire):
    """``operation`` is one that waits to be started or runs."""

    metadata: ObjectMeta
    spec: ApplicationSpec
    status: ApplicationStatus = ApplicationStatus()
    operation: Operation | None = None

    @property
    def key(self) -> AppKey:
        return AppKey(self.metadata.namespace, self.metadata.name)

    @property
    def project(self) -> str:
        return self.spec.project or "default"

    @property
    def syncs_itself(self) -> bool:
        """Whether automated sync is on; ``enabled`` is newer than the section itself."""
        policy = self.spec.sync_policy
        return policy is not None and policy.automated is not None and policy.automated.enabled is not False

    @property
    def history(self) -> tuple[RevisionHistory, ...]:
        """The oldest first."""
        return tuple(sorted(self.status.history, key=lambda entry: entry.id))

    @property
    def is_busy(self) -> bool:
        """Whether an operation runs or waits; then Argo CD takes no other."""
        state = self.status.operation_state
        return self.operation is not None or (state is not None and state.finished_at is None)


class ApplicationList(CamelWire):
    """``items`` is null in some versions where there are none."""

    items: tuple[Application, ...] | None


class RevisionMetadata(CamelWire):
    """A commit."""

    author: Text = ""
    date: AwareDatetime | None = None
    message: Text = ""
    tags: Texts = ()


class ResourceNode(CamelWire):
    """Something in the cluster that belongs to the application."""

    kind: Text = ""
    namespace: Text = ""
    name: Text = ""
    health: Annotated[Health, EMPTY_IF_NULL] = Health()


class ResourceTree(CamelWire):
    """An application without resources has no ``nodes``."""

    nodes: Many[ResourceNode] = ()


class ManagedResource(CamelWire):
    """``normalized_live_state`` and ``predicted_live_state`` are JSON texts: what is there, and what a sync would make.

    Argo CD masks the values of secrets.
    """

    kind: Text = ""
    group: Text = ""
    namespace: Text = ""
    name: Text = ""
    hook: bool = False
    normalized_live_state: Text = ""
    predicted_live_state: Text = ""


class ManagedResources(CamelWire):
    """An application without resources has no ``items``."""

    items: Many[ManagedResource] = ()


class Answer(CamelWire):
    """Of ``can-i``: ``yes`` or ``no``."""

    value: str


class Version(CamelWire):
    version: str = Field(validation_alias="Version")


APPLICATIONS: TypeAdapter[ApplicationList] = TypeAdapter(ApplicationList)
APPLICATION: TypeAdapter[Application] = TypeAdapter(Application)
REVISION_METADATA: TypeAdapter[RevisionMetadata] = TypeAdapter(RevisionMetadata)
RESOURCE_TREE: TypeAdapter[ResourceTree] = TypeAdapter(ResourceTree)
MANAGED_RESOURCES: TypeAdapter[ManagedResources] = TypeAdapter(ManagedResources)
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
VERSION: TypeAdapter[Version] = TypeAdapter(Version)
