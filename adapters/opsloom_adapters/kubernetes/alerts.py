"""AlertReader: pods and Deployments that are in trouble."""

import re
from collections.abc import Mapping

from opsloom.adapter_api.call import Call
from opsloom.model.alerts import Alert, AlertQuery, AlertStatus
from opsloom.model.errors import NotFoundError
from opsloom.model.page import Page
from opsloom.model.refs import Ref, RefKind
from opsloom_adapters.kubernetes import wire
from opsloom_adapters.kubernetes.client import DEPLOYMENTS, NOT_ALL_READ, PODS, KubernetesClient
from opsloom_adapters.kubernetes.config import DNS_LABEL, KubernetesConfig
from opsloom_adapters.kubernetes.naming import (
    OBJECT_NAME,
    object_link,
    owner_of,
    service_of,
    service_of_deployment,
    workload_of_pod,
)
from opsloom_adapters.kubernetes.selectors import places_of, shown
from opsloom_adapters.kubernetes.troubles import Trouble, trouble_of_deployment, trouble_of_pod

_POD, _DEPLOYMENT = "pod", "deployment"
_ID = re.compile(rf"(?P<kind>{_POD}|{_DEPLOYMENT})/(?P<namespace>{DNS_LABEL})/(?P<name>{OBJECT_NAME})")
_ONLY_PRESENT = (
    "Kubernetes keeps no alerts: these are the pods and Deployments that are there now; "
    "what was wrong with those that are gone is in its events, for about an hour"
)


async def search_alerts(
    client: KubernetesClient, config: KubernetesConfig, query: AlertQuery, call: Call
) -> Page[Alert]:
    """What is in trouble, worst first."""
    deployments = await client.objects(call, DEPLOYMENTS, places_of(config))
    pods = await client.objects(call, PODS, places_of(config, query.service))
    alerts = [
        *(_alert_of_deployment(one, config, call) for one in deployments.rows),
        *(_alert_of_pod(one, config, call) for one in pods.rows),
    ]
    found = [alert for alert in alerts if alert is not None and query.matches(alert)]
    found.sort(key=lambda alert: (alert.severity.rank, -alert.starts_at.timestamp()))
    read_all = deployments.complete and pods.complete
    return Page(
        rows=tuple(found[: query.limit]),
        total=len(found) if read_all else None,
        complete=read_all and len(found) <= query.limit,
        query=f"conditions of deployments and pods {shown(places_of(config))}, service {query.service or 'any'}",
        notes=(_ONLY_PRESENT, *(() if read_all else (NOT_ALL_READ,))),
    )


async def get_alert(client: KubernetesClient, config: KubernetesConfig, native_id: str, call: Call) -> Alert:
    """What is wrong with one pod or Deployment.

    :raises NotFoundError: it is gone, or nothing is wrong with it any more.
    """
    named = _ID.fullmatch(native_id)
    if named is None:
        raise _not_found(
            call, "such alert; its id is that of a search answer, such as pod/shop/checkout-7d9f8b6c5-x2x7p"
        )
    kind, namespace, name = named["kind"], named["namespace"], named["name"]
    if kind == _POD:
        alert = _alert_of_pod(await client.pod(call, namespace, name), config, call)
    else:
        alert = _alert_of_deployment(await client.deployment(call, namespace, name), config, call)
    if alert is None:
        raise _not_found(call, f"alert of this {kind} any more: it is well now")
    return alert


def _alert_of_pod(pod: wire.Pod, config: KubernetesConfig, call: Call) -> Alert | None:
    trouble = trouble_of_pod(pod, call.now, config.not_ready_seconds)
    if trouble is None:
        return None
    service = service_of(pod.metadata.labels, workload_of_pod(pod), config)
    labels = {"container": trouble.container, "node": pod.spec.node_name}
    return _alert(_POD, pod.metadata, trouble, service, labels, config, call)


def _alert_of_deployment(deployment: wire.Deployment, config: KubernetesConfig, call: Call) -> Alert | None:
    trouble = trouble_of_deployment(deployment)
    if trouble is None:
        return None
    service = service_of_deployment(deployment, config)
    return _alert(_DEPLOYMENT, deployment.metadata, trouble, service, {}, config, call)


def _alert(
    kind: str,
    meta: wire.ObjectMeta,
    trouble: Trouble,
    service: str,
    labels: Mapping[str, str],
    config: KubernetesConfig,
    call: Call,
) -> Alert:
    said = {"namespace": meta.namespace, kind: meta.name, **labels}
    return Alert(
        ref=Ref(RefKind.ALERT, call.instance, f"{kind}/{meta.namespace}/{meta.name}"),
        link=object_link(kind, meta.namespace, meta.name, config),
        name=trouble.name,
        status=AlertStatus.FIRING if trouble.ends_at is None else AlertStatus.RESOLVED,
        severity=trouble.severity,
        service=service,
        team=owner_of(meta, config),
        summary=trouble.summary,
        starts_at=trouble.starts_at,
        ends_at=trouble.ends_at,
        fingerprint=meta.uid,
        labels={name: value for name, value in said.items() if value},
        attributes=trouble.attributes,
    )


def _not_found(call: Call, what: str) -> NotFoundError:
    return NotFoundError(f"{call.instance} has no {what}", instance=call.instance)
