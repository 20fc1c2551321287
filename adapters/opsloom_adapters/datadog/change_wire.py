"""What Datadog sends of deployments and events, as far as it is kept.

Source: https://docs.datadoghq.com/api/latest/dora-metrics/, https://docs.datadoghq.com/api/latest/events/
"""

from pydantic import AwareDatetime, Field, TypeAdapter

from opsloom.adapter_api.json_shapes import Text, Texts, Wire
from opsloom_adapters.datadog.wire import Id, SearchMeta


class GitInfo(Wire):
    commit_sha: Text = ""


class DeploymentAttributes(Wire):
    service: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
    env: str | None = None
    team: Text = ""
    version: Text = ""
    git: GitInfo | None = None


class Deployment(Wire):
    id: Id
    attributes: DeploymentAttributes


class Deployments(Wire):
    data: tuple[Deployment, ...]


class OneDeployment(Wire):
    data: Deployment


class ChangedResource(Wire):
    name: Text = ""
    type: Text = ""


class EventAuthor(Wire):
    name: Text = ""


class EventDetails(Wire):
    """``changed_resource`` and ``author`` are those of a change event."""

    title: Text = ""
    service: str | None = None
    changed_resource: ChangedResource | None = None
    author: EventAuthor | None = None


class EventAttributes(Wire):
    timestamp: AwareDatetime
    message: Text = ""
    tags: Texts = ()
    attributes: EventDetails | None = None


class Event(Wire):
    id: str
    attributes: EventAttributes


class Events(Wire):
    data: tuple[Event, ...]
    meta: SearchMeta | None = None


class OneEvent(Wire):
    data: Event


class PostedEvent(Wire):
    """An event of API v1; ``id_str`` because the number itself loses digits in some readers."""

    id_str: str = Field(min_length=1)
    title: Text = ""
    tags: Texts = ()
    url: Text = ""


class Posted(Wire):
    event: PostedEvent


class PostedEvents(Wire):
    events: tuple[PostedEvent, ...]


DEPLOYMENTS: TypeAdapter[Deployments] = TypeAdapter(Deployments)
DEPLOYMENT: TypeAdapter[OneDeployment] = TypeAdapter(OneDeployment)
EVENTS: TypeAdapter[Events] = TypeAdapter(Events)
EVENT: TypeAdapter[OneEvent] = TypeAdapter(OneEvent)
POSTED: TypeAdapter[Posted] = TypeAdapter(Posted)
POSTED_EVENTS: TypeAdapter[PostedEvents] = TypeAdapter(PostedEvents)
