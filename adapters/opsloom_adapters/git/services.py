"""Which service a path of the repository belongs to."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath


class ServicePaths:
    """The `services` table, folder -> service, with ``only`` as the one service of all other paths.

    ``known`` are further names of services; they and those of the table are recognised as folder names.
    """

    def __init__(self, folders: Mapping[str, str], only: str | None = None, known: Iterable[str] = ()) -> None:
        self._service_by_folder = {PurePosixPath(folder): service for folder, service in folders.items()}
        self._only = only
        self._names = {*folders.values(), *known}

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the table and ``only``, sorted."""
        only = (self._only,) if self._only else ()
        return tuple(sorted({*self._service_by_folder.values(), *only}))

    def folders_of(self, service: str | None) -> tuple[str, ...]:
        """The folders of ``service``; none if the table does not know it."""
        return tuple(str(folder) for folder, owner in sorted(self._service_by_folder.items()) if owner == service)

    def service_of(self, path: str) -> str | None:
        """The longest folder of the table that holds ``path``, or else the nearest one named as a service."""
        file = PurePosixPath(path)
        for folder in (file, *file.parents):
            if folder in self._service_by_folder:
                return self._service_by_folder[folder]
        named = (part for part in reversed(file.parent.parts) if part in self._names)
        return next(named, self._only)

    def service_of_all(self, paths: Iterable[str]) -> str | None:
        """The one service that all of ``paths`` belong to, if there is one."""
        services = {self.service_of(path) for path in paths}
        return services.pop() if len(services) == 1 else None

    def belonging(self, service: str | None, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of ``paths`` in the folders of ``service``; all of them if it has none."""
        folders = {PurePosixPath(folder) for folder in self.folders_of(service)}
        if not folders:
            return tuple(paths)
        return tuple(path for path in paths if folders & {PurePosixPath(path), *PurePosixPath(path).parents})
