"""Where git keeps CODEOWNERS."""

import re

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.codeowners import CodeownersFile
from opsloom.model.errors import UnexpectedAnswerError
from opsloom_adapters.git.config import WebStyle
from opsloom_adapters.git.program import GitProgram

# The first one counts: each vendor's page about code owners.
_PLACES = {
    WebStyle.GITHUB: (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"),
    WebStyle.GITLAB: ("CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"),
    WebStyle.GITEA: ("CODEOWNERS", "docs/CODEOWNERS", ".gitea/CODEOWNERS"),
}
_BLOB = re.compile(rb"[0-9a-f]+ blob (\d+)\n")


async def read_codeowners(program: GitProgram, commit: str, style: WebStyle, call: Call) -> CodeownersFile:
    """The CODEOWNERS file as of ``commit``.

    :raises UnexpectedAnswerError: git failed, or the file is over ``limits.PROGRAM_OUTPUT_MAX_BYTES``.
    """
    places = _PLACES[style]
    asked = "".join(f"{commit}:{place}\n" for place in places).encode()
    output = await program.run(call, "cat-file", "--batch", stdin=asked)
    if not output.whole or output.exit_status != 0:
        raise UnexpectedAnswerError(
            f"the CODEOWNERS file of {call.instance} cannot be read",
            instance=call.instance,
            upstream=output.stderr,
        )
    body = output.stdout
    for place in places:
        blob = _BLOB.match(body)
        if blob is not None:
            text = body[blob.end() : blob.end() + int(blob[1])].decode("utf-8", "replace")
            return CodeownersFile(place, text, by_section=style is WebStyle.GITLAB)
        body = body.partition(b"\n")[2]
    return CodeownersFile("", "")
