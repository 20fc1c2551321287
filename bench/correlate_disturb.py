"""The same incident, told worse: what must not change a verdict."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from opsloom.analysis.scene import Cited, Scene
from opsloom.model.deploys import ChangeKind, Deploy
from opsloom.model.metrics import Series
from opsloom.model.refs import Ref, RefKind

SEED = 20_260_101
MISSING_SHARE = 0.3
CLOCK_SECONDS = 60.0
DECOY_SECONDS = 30.0

Disturbance = Callable[[Scene], Scene]


def samples_missing(scene: Scene) -> Scene:
    """30 % of the samples are gone, at random."""
    choose = random.Random(SEED)  # noqa: S311  nothing is protected

    def thinned(series: Series) -> Series:
        return series.model_copy(
            update={"points": tuple(point for point in series.points if choose.random() >= MISSING_SHARE)}
        )

    return replace(scene, series=tuple(Cited(thinned(one.value), one.evidence) for one in scene.series))


def clocks_apart(scene: Scene) -> Scene:
    """Every second service runs 60 s ahead, and all changes 60 s behind."""

    def shifted(series: Series, seconds: float) -> Series:
        return series.model_copy(update={"points": tuple((at + seconds, value) for at, value in series.points)})

    services = sorted({one.value.service or "" for one in scene.series})
    ahead = set(services[::2])
    late = timedelta(seconds=CLOCK_SECONDS)
    return replace(
        scene,
        series=tuple(
            Cited(shifted(one.value, CLOCK_SECONDS if one.value.service in ahead else 0.0), one.evidence)
            for one in scene.series
        ),
        changes=tuple(
            Cited(one.value.model_copy(update={"at": one.value.at + late}), one.evidence) for one in scene.changes
        ),
    )


def shuffled(scene: Scene) -> Scene:
    """Everything in another order."""
    choose = random.Random(SEED)  # noqa: S311  nothing is protected
    return replace(
        scene,
        series=tuple(choose.sample(scene.series, len(scene.series))),
        changes=tuple(choose.sample(scene.changes, len(scene.changes))),
        edges=tuple(choose.sample(scene.edges, len(scene.edges))),
        logs=tuple(choose.sample(scene.logs, len(scene.logs))),
    )


def decoy_deploy(scene: Scene) -> Scene:
    """A deploy of the service that alerted, 30 s before the alert, of which nothing is known."""
    decoy = Deploy(
        ref=Ref(RefKind.DEPLOY, "recorded", "decoy-before-the-alert"),
        kind=ChangeKind.DEPLOY,
        at=scene.alerted_at - timedelta(seconds=DECOY_SECONDS),
        service=scene.service,
        title="release",
        version="2",
    )
    return replace(scene, changes=(*scene.changes, Cited(decoy)))


def without_logs(scene: Scene) -> Scene:
    return replace(scene, logs=())


def without_metrics(scene: Scene) -> Scene:
    return replace(scene, series=())


def without_edges(scene: Scene) -> Scene:
    return replace(scene, edges=())


def without_changes(scene: Scene) -> Scene:
    return replace(scene, changes=())


DISTURBANCES: dict[str, Disturbance] = {
    "30 % of samples missing": samples_missing,
    "clocks 60 s apart": clocks_apart,
    "another order": shuffled,
    "decoy deploy 30 s before the alert": decoy_deploy,
    "no logs": without_logs,
    "no metrics": without_metrics,
    "no topology": without_edges,
    "no changes": without_changes,
}
