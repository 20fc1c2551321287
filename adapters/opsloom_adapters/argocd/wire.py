"""What Argo CD sends, as far as it is kept.

Source: https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/ (its Swagger document) and, of applications,
https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AliasGenerator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter
from pydantic.alias_generators import to_camel

from opsloom_adapters.argocd.identity import AppKey


def _empty_text(value: object) -> object:
    return "" if value is None else value


def _empty_mapping(value: object) -> object:
    return {} if value is None else value


def _nothing(value: object) -> object:
    return () if value is None else value


Text = Annotated[str, BeforeValidator(_empty_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_nothing)]
TextByName = Annotated[Mapping[str, str], BeforeValidator(_empty_mapping)]


class _Wire(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="ignore", defer_build=True, alias_generator=AliasGenerator(validation_alias=to_camel)
    )


class ObjectMeta(_Wire):
    name: Annotated[str, Field(min_length=1)]
    namespace: Annotated[str, Field(min_length=1)]
    labels: TextByName = Field(default_factory=dict)
    creation_timestamp: AwareDatetime


class Source(_Wire):
    """Where manifests come from; ``chart`` is set where it is a Helm repository and no Git repository."""

    repo_url: Text = Field("", validation_alias="repoURL")
    path: Text = ""
    chart: Text = ""
    target_revision: Text = ""


class Destination(_Wire):
    server: Text = ""
    name: Text = ""
    namespace: Text = ""


class Automated(_Wire):
    enabled: bool | None = None


class SyncPolicy(_Wire):
    automated: Automated | None = None


class _Sourced(_Wire):
    """Applications have one source or several; of several, the revisions stand in the same order."""

    source: Source | None = None
    sources: Annotated[tuple[Source, ...], BeforeValidator(_nothing)] = ()

    @property
    def all_sources(self) -> tuple[Source, ...]:
        return self.sources or ((self.source,) if self.source else ())


class _Revised(_Wire):
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


class Initiator(_Wire):
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


class Health(_Wire):
    status: Text = ""
    message: Text = ""
    last_transition_time: AwareDatetime | None = None


class Info(_Wire):
    name: Text = ""
    value: Text = ""


class SyncOperation(_Revised):
    """What an operation was asked to do."""


class Operation(_Wire):
    sync: SyncOperation | None = None
    info: Annotated[tuple[Info, ...], BeforeValidator(_nothing)] = ()
    initiated_by: Initiator = Initiator()


class OperationState(_Wire):
    """The last operation; it may be running."""

    phase: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    message: Text = ""
    operation: Operation = Operation()
    sync_result: SyncOperation | None = None


class ResourceStatus(_Wire):
    kind: Text = ""
    namespace: Text = ""
    name: Text = ""
    status: Text = ""
    requires_pruning: bool = False
    hook: bool = False


class Summary(_Wire):
    images: Texts = ()


class ApplicationStatus(_Wire):
    sync: SyncStatus = SyncStatus()
    health: Health = Health()
    history: Annotated[tuple[RevisionHistory, ...], BeforeValidator(_nothing)] = ()
    operation_state: OperationState | None = None
    resources: Annotated[tuple[ResourceStatus, ...], BeforeValidator(_nothing)] = ()
    summary: Annotated[Summary, BeforeValidator(_empty_mapping)] = Summary()


class Application(_Wire):
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


class ApplicationList(_Wire):
    """``items`` is null in some versions where there are none."""

    items: tuple[Application, ...] | None


class RevisionMetadata(_Wire):
    """A commit."""

    author: Text = ""
    date: AwareDatetime | None = None
    message: Text = ""
    tags: Texts = ()


class ResourceNode(_Wire):
    """Something in the cluster that belongs to the application."""

    kind: Text = ""
    namespace: Text = ""
    name: Text = ""
    health: Annotated[Health, BeforeValidator(_empty_mapping)] = Health()


class ResourceTree(_Wire):
    """An application without resources has no ``nodes``."""

    nodes: Annotated[tuple[ResourceNode, ...], BeforeValidator(_nothing)] = ()


class ManagedResource(_Wire):
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


class ManagedResources(_Wire):
    """An application without resources has no ``items``."""

    items: Annotated[tuple[ManagedResource, ...], BeforeValidator(_nothing)] = ()


class Answer(_Wire):
    """Of ``can-i``: ``yes`` or ``no``."""

    value: str


class Version(_Wire):
    version: str = Field(validation_alias="Version")


APPLICATIONS: TypeAdapter[ApplicationList] = TypeAdapter(ApplicationList)
APPLICATION: TypeAdapter[Application] = TypeAdapter(Application)
REVISION_METADATA: TypeAdapter[RevisionMetadata] = TypeAdapter(RevisionMetadata)
RESOURCE_TREE: TypeAdapter[ResourceTree] = TypeAdapter(ResourceTree)
MANAGED_RESOURCES: TypeAdapter[ManagedResources] = TypeAdapter(ManagedResources)
ANSWER: TypeAdapter[Answer] = TypeAdapter(Answer)
VERSION: TypeAdapter[Version] = TypeAdapter(Version)
