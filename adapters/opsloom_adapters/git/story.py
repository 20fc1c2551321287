"""All deploys that a repository tells of, in order."""

from collections.abc import Iterable
from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom_adapters.git.deployment import Deployment
from opsloom_adapters.git.deployments_file import read_deployments_file
from opsloom_adapters.git.history import Step, steps_of
from opsloom_adapters.git.repository import Head, Repository
from opsloom_adapters.git.services import ServicePaths
from opsloom_adapters.git.tags import read_tags

_SHALLOW = "the clone is shallow: changes before its oldest commit are not in it"


@dataclass(frozen=True, slots=True)
class Story:
    """Deploys with what each replaced, oldest first, and the services that the repository speaks of."""

    steps: list[Step]
    paths: ServicePaths
    gaps: tuple[str, ...]


async def read_story(repository: Repository, head: Head, call: Call) -> Story:
    """What tags and deployments file tell, judged by versions alone."""
    tags = await read_tags(repository.program, repository.config, call)
    lines = await read_deployments_file(repository.program, repository.config, call)
    deployments = _without_doubles((*lines.found, *tags.found))
    config = repository.config
    known = {deployment.service for deployment in deployments if deployment.service is not None}
    return Story(
        steps=steps_of(deployments),
        paths=ServicePaths(config.services, config.service, known),
        gaps=(*tags.gaps, *lines.gaps, *((_SHALLOW,) if head.shallow else ())),
    )


def _without_doubles(deployments: Iterable[Deployment]) -> list[Deployment]:
    """One deploy that both sources tell is one deploy: the tag's, because it comes last."""
    told = {
        (each.at.replace(microsecond=0), each.service, each.environment, each.version): each for each in deployments
    }
    return list(told.values())
