"""DeployReader on ServiceNow: the change requests that were carried out."""

from opsloom.adapter_api.call import Call
from opsloom.model.deploys import Deploy, DeployQuery
from opsloom.model.limits import PROVIDER_ROWS_MAX
from opsloom.model.page import Page
from opsloom_adapters.servicenow import encoded_query, wire
from opsloom_adapters.servicenow.client import ServicenowClient
from opsloom_adapters.servicenow.config import ServicenowConfig
from opsloom_adapters.servicenow.links import list_link, record_link
from opsloom_adapters.servicenow.mapping import STATES_BEFORE_WORK, deploy_of, was_carried_out
from opsloom_adapters.servicenow.sys_ids import sys_id_of
from opsloom_adapters.servicenow.tables import Question, read_table

_TOO_MANY = "there are more changes than could be read: narrow the window"
_ENVIRONMENT = "ServiceNow's changes name no environment: they were not filtered by it"


async def search_deploys(
    client: ServicenowClient, config: ServicenowConfig, query: DeployQuery, call: Call
) -> Page[Deploy]:
    """The changes of ``query``, last begun first.

    ServiceNow cannot sort by the actual start or else the planned one, so those of the whole window are read, up to
    ``PROVIDER_ROWS_MAX``, and then the newest are taken.
    """
    encoded = encoded_query.ordered(_conditions(query, config), "DESCstart_date")
    link = list_link(config, wire.ChangeRequest.table, encoded)
    question = Question(wire.ChangeRequest, encoded, window=query.window, link=link)
    found = await read_table(
        client, question, call,
        of=lambda row: (was_carried_out(row), deploy_of(row, config, call.instance, query.service)),
        wanted=lambda one: one[0] and query.matches(one[1]),
        limit=PROVIDER_ROWS_MAX,
    )  # fmt: skip
    deploys = sorted((deploy for _, deploy in found.rows), key=lambda deploy: deploy.at, reverse=True)
    rows = tuple(deploys[: query.limit])
    notes = ((_ENVIRONMENT,) if query.environment else ()) + found.notes
    return Page(
        rows=rows,
        total=len(deploys) if found.complete else None,
        complete=found.complete and len(rows) == len(deploys),
        query=str(question),
        link=link,
        notes=notes if found.complete or found.hidden else (*notes, _TOO_MANY),
    )


async def get_deploy(client: ServicenowClient, config: ServicenowConfig, native_id: str, call: Call) -> Deploy:
    """The change, carried out or not.

    :raises NotFoundError: there is none, or this user may not read it.
    """
    sys_id = sys_id_of(native_id, call)
    link = record_link(config, wire.ChangeRequest.table, sys_id)
    return deploy_of(await client.row(call, wire.ChangeRequest, sys_id, link=link), config, call.instance)


def _conditions(query: DeployQuery, config: ServicenowConfig) -> str:
    """More than what is wanted: the actual start counts before the planned one, which no condition can say."""
    starts = ("work_start", "start_date")
    conditions = [
        encoded_query.any_of(*(encoded_query.from_start(start, query.window) for start in starts)),
        encoded_query.any_of(*(encoded_query.before_end(start, query.window) for start in starts)),
        encoded_query.any_of(encoded_query.none_of("state", STATES_BEFORE_WORK), encoded_query.is_filled("work_start")),
    ]
    if query.service is not None:
        named = (encoded_query.equals(f"{field}.name", query.service) for field in config.service_fields)
        unnamed = (encoded_query.is_empty(field) for field in config.service_fields)
        conditions.append(encoded_query.any_of(*named, *unnamed))
    return encoded_query.all_of(*conditions)
