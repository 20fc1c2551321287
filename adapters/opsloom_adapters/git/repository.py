"""One configured repository: git, its settings, and where it stands."""

from dataclasses import dataclass

from opsloom.adapter_api.call import Call
from opsloom.model.errors import UnexpectedAnswerError
from opsloom_adapters.git.config import GitConfig
from opsloom_adapters.git.program import GitProgram


@dataclass(frozen=True, slots=True)
class Head:
    """The commit that ``ref`` names now; ``shallow`` when the clone lacks older commits."""

    commit: str
    shallow: bool


@dataclass(frozen=True, slots=True)
class Repository:
    """What every capability of the adapter works on."""

    program: GitProgram
    config: GitConfig

    async def head(self, call: Call) -> Head:
        """Where the repository stands; the first question of each call, because it proves that it is one.

        :raises UnexpectedAnswerError: it is no repository, or ``ref`` names no commit (it may be empty).
        """
        ref = self.config.ref
        output = await self.program.run(call, "rev-parse", "--is-shallow-repository", f"{ref}^{{commit}}")
        answers = output.stdout.decode("ascii", "replace").split()
        if output.exit_status == 0 and len(answers) == 2:
            return Head(commit=answers[1], shallow=answers[0] == "true")
        if answers[:1] in (["true"], ["false"]):
            sentence = f"the repository of {call.instance} has no commit at {ref}: it is empty, or ref is wrong"
        else:
            sentence = f"the repository setting of {call.instance} names no git repository that can be read"
        raise UnexpectedAnswerError(sentence, instance=call.instance, upstream=output.stderr)
