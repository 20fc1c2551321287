"""The settings file of the bed, used as an operator would use it."""

from collections.abc import Iterable

from opsloom.model.clock import SystemClock
from opsloom.model.evidence import Exchange
from opsloom.providers.hub import open_hub
from opsloom.providers.instance import build_instances
from opsloom.providers.settings import load_settings
from tests.bed.bed import PARTS, Bed
from tests.bed.settings import settings


class NoEvidence:
    """Keeps nothing: here only counts who answers."""

    async def keep(self, exchanges: Iterable[Exchange]) -> tuple[str, ...]:
        return ()

    def know(self, secret: str) -> None:
        pass


async def test_every_instance_of_the_bed_answers(bed: Bed) -> None:
    bed.need(*PARTS)
    file = bed.directory / "opsloom.toml"
    file.write_text(settings(bed, PARTS), "utf-8")

    instances, broken = build_instances(load_settings(file), file)
    assert not broken
    assert {one.kind for one in instances} == {
        "alertmanager",
        "catalog",
        "git",
        "journald",
        "notifier",
        "prometheus",
        "roundup",
    }
    async with open_hub(instances, broken, NoEvidence(), SystemClock()) as hub:
        answers = [await hub.probe(one.name) for one in instances]
    assert [(answer.instance, answer.error) for answer in answers] == [(one.name, None) for one in instances]


async def test_the_password_of_the_tracker_is_not_in_the_settings(bed: Bed) -> None:
    assert bed.roundup.password not in settings(bed, ["roundup"])
