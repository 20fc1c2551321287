"""Which commits a rollback takes out of what runs."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.limits import GIT_COMMITS_MAX, PLAN_AFFECTED_MAX
from opsloom_adapters.git.program import GitProgram
from opsloom_adapters.git.rollback_choice import Choice
from opsloom_adapters.git.services import ServicePaths
from opsloom_adapters.git.wire import COMMIT_FORMAT, parse_commits

_SHORT_ID = 10


@dataclass(frozen=True, slots=True)
class Leaving:
    """``shown`` are the newest of ``count`` commits, as id and title; ``forward`` when the target has them all.

    ``unknown`` says why nobody could count them.
    """

    shown: tuple[str, ...] = ()
    count: int = 0
    forward: bool = False
    unknown: str = ""


async def read_leaving(program: GitProgram, choice: Choice, paths: ServicePaths, call: Call) -> Leaving:
    """The commits of the present deploy that the target lacks, in the folders of the service where they are known."""
    present, target = choice.present, choice.target
    if present.committed_at is None or target.committed_at is None:
        return Leaving(unknown="which commits leave is not known: the commit of one of the deploys is not here")
    ancestor = await program.run(call, "merge-base", "--is-ancestor", present.commit, target.commit)
    folders = tuple(f":(top,literal){folder}" for folder in paths.folders_of(present.service))
    text = await program.read(
        call,
        "log",
        "-z",
        f"--format={COMMIT_FORMAT}",
        f"--max-count={GIT_COMMITS_MAX}",
        present.commit,
        f"^{target.commit}",
        "--",
        *folders,
    )
    commits = list(parse_commits(text))
    return Leaving(
        shown=tuple(f"{commit.id[:_SHORT_ID]} {commit.title}" for commit in commits[:PLAN_AFFECTED_MAX]),
        count=len(commits),
        forward=ancestor.exit_status == 0 and present.commit != target.commit,
    )
