"""The filter by severity, where several labels may tell it; for all other LogQL see ``dialects.loki.logql``.

Source: https://grafana.com/docs/loki/latest/query/log_queries/
"""

from opsloom.adapter_api.dialects.loki.log_labels import LogLabels, keeps_unknown
from opsloom.model.logs import LogSeverity


def level_filter(least: LogSeverity | None, labels: LogLabels) -> str:
    """The first label that an entry has decides; one without any ranks with info."""
    if least is None or least.rank == 0:
        return ""
    alternatives = []
    for place, label in enumerate(labels.levels):
        conditions = [f'{absent}=""' for absent in labels.levels[:place]]
        if keeps_unknown(least) and place < len(labels.levels) - 1:
            conditions.append(f'{label}!=""')
        alternatives.append(" and ".join([*conditions, label + labels.words.fits(least)]))
    return " | " + " or ".join(f"({one})" for one in alternatives)
