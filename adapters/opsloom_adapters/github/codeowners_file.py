"""Where GitHub keeps CODEOWNERS.

Source: https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
"""

from opsloom.adapter_api.call import Call
from opsloom.adapter_api.dialects.codeowners import CodeownersFile
from opsloom.model.errors import NotFoundError
from opsloom_adapters.github.client import GithubReader
from opsloom_adapters.github.links import Links

_PLACES = ((".github", "CODEOWNERS"), ("CODEOWNERS",), ("docs", "CODEOWNERS"))
"""The first one counts."""


async def read_codeowners(reader: GithubReader, links: Links, repository: str, call: Call) -> CodeownersFile:
    """CODEOWNERS on the default branch.

    :raises NotFoundError: the credential does not see the repository.
    """
    for place in _PLACES:
        path = "/".join(place)
        try:
            text = await reader.file(call, repository, place, link=links.file(repository, path))
        except NotFoundError:
            continue
        return CodeownersFile(path, text)
    await reader.repository(call, repository)  # else "no such file" may mean that the repository is out of sight
    return CodeownersFile("", "")
