"""Deploys told by tags."""

from opsloom.adapter_api.call import Call
from opsloom.model.limits import GIT_TAGS_MAX
from opsloom_adapters.git.config import GitConfig
from opsloom_adapters.git.deployment import Deployment, Deployments
from opsloom_adapters.git.mapping import kind_of
from opsloom_adapters.git.program import GitProgram
from opsloom_adapters.git.tag_pattern import TagPattern
from opsloom_adapters.git.wire import TAG_FORMAT, parse_tags


async def read_tags(program: GitProgram, config: GitConfig, call: Call) -> Deployments:
    """The deploys of all tags that the pattern names; none if there is no pattern."""
    if config.tag_pattern is None:
        return Deployments()
    pattern = TagPattern.parse(config.tag_pattern)
    text = await program.read(
        call,
        "for-each-ref",
        "--sort=-creatordate",
        f"--count={GIT_TAGS_MAX}",
        f"--format={TAG_FORMAT}",
        pattern.glob,
    )
    found = tuple(
        Deployment(
            native_id=f"tag:{tag.name}",
            at=tag.at,
            service=parts.get("service", config.service),
            environment=parts.get("environment", config.environment),
            version=parts["version"],
            commit=tag.commit,
            committed_at=tag.committed_at,
            author=tag.author,
            title=tag.title,
            kind=kind_of(tag.kind),
        )
        for tag in parse_tags(text)
        if (parts := pattern.read(tag.name)) is not None
    )
    cut = text.count("\n") >= GIT_TAGS_MAX
    return Deployments(found, (f"only the newest {GIT_TAGS_MAX} deploy tags were read",) if cut else ())
