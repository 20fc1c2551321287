"""Where the catalogue comes from: the folder, read on each call, and kept as evidence of the answer."""

from collections.abc import Collection
from dataclasses import dataclass

import anyio
import anyio.to_thread

from opsloom.adapter_api.call import Call
from opsloom.model.errors import ProviderTimeoutError, UnavailableError, UnexpectedAnswerError
from opsloom.model.limits import CATALOG_FILES_MAX
from opsloom_adapters.catalog.catalog import Catalog, catalog_of
from opsloom_adapters.catalog.config import CatalogConfig
from opsloom_adapters.catalog.source_files import SourceFile, SourceFolder

_NOTES_MAX = 10


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The catalogue as it was found for one call."""

    catalog: Catalog
    files: tuple[SourceFile, ...]
    whole: bool

    @property
    def complete(self) -> bool:
        return self.whole and not self.catalog.problems

    def notes(self) -> tuple[str, ...]:
        """What is missing, by file."""
        problems = list(self.catalog.problems.values())
        more = len(problems) - _NOTES_MAX
        return (
            *problems[:_NOTES_MAX],
            *((f"{more} more files have problems",) if more > 0 else ()),
            *(() if self.whole else (f"only the first {CATALOG_FILES_MAX} files were read",)),
        )

    def capture(self, call: Call, used: Collection[str] = ()) -> None:
        """Keep as evidence the files in ``used`` and those with problems; all of them if none was used."""
        for file in self.files:
            if not used or file.name in used or file.name in self.catalog.problems:
                call.capture(method="READ", url=f"file:{file.name}", media_type="application/yaml", body=file.body)


class CatalogSource:
    """The folder of one instance."""

    def __init__(self, config: CatalogConfig) -> None:
        self.config = config
        self._folder = SourceFolder(config.root, config.paths)
        self._last: Snapshot | None = None

    async def read(self, call: Call) -> Snapshot:
        """The catalogue now; files that did not change are not read again.

        :raises UnavailableError: the folder cannot be listed.
        :raises ProviderTimeoutError: the call's deadline passed.
        :raises UnexpectedAnswerError: there are no files, or none of them holds a document that we know.
        """
        try:
            with anyio.fail_after(call.remaining_seconds()):
                found, whole = await anyio.to_thread.run_sync(self._folder.read, abandon_on_cancel=True)
        except TimeoutError:
            raise ProviderTimeoutError(
                f"the files of {call.instance} could not be read in time", instance=call.instance
            ) from None
        except OSError as error:
            raise UnavailableError(
                f"the folder of {call.instance} cannot be listed ({error.strerror})", instance=call.instance
            ) from None
        snapshot = self._snapshot(tuple(found), whole)
        if snapshot.catalog.is_empty:
            snapshot.capture(call)
            raise UnexpectedAnswerError(_sentence_of_nothing(snapshot, call.instance), instance=call.instance)
        return snapshot

    def _snapshot(self, files: tuple[SourceFile, ...], whole: bool) -> Snapshot:
        last = self._last
        if last is None or last.whole != whole or list(map(id, last.files)) != list(map(id, files)):
            last = Snapshot(catalog_of(files), files, whole)
            self._last = last
        return last


def _sentence_of_nothing(snapshot: Snapshot, instance: str) -> str:
    if not snapshot.files:
        return f"no file of {instance} matches its paths setting"
    problem = next(iter(snapshot.notes()), "they hold neither entities of Backstage nor documents of opsloom")
    return f"none of the {len(snapshot.files)} files of {instance} tells anything: {problem}"
