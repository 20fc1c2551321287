"""The shapes of the secrets that most often stray into logs, diffs and tickets.

The idea of listing shapes by issuer is that of gitleaks and of GitHub's secret scanning; the expressions are
our own, written from each issuer's description of its tokens. All are RE2: linear in any input.

A prefix that nothing else has needs no word boundary before it: in a coloured log a token follows the ``m`` of an
escape sequence.
"""

PATTERNS: dict[str, str] = {
    "private_key": r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]*(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?",
    "jwt": r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*",
    "aws_access_key": r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",
    "azure_storage_key": r"\bAccountKey=[A-Za-z0-9+/]{86}==",
    "google_api_key": r"AIza[A-Za-z0-9_-]{35}",
    "google_oauth": r"ya29\.[A-Za-z0-9_-]{20,}",
    "github_token": r"gh[opsur]_[A-Za-z0-9]{36,}",
    "github_fine_grained": r"github_pat_[A-Za-z0-9_]{40,}",
    "gitlab_token": r"gl(?:pat|dt|rt|ptt|cbt|soat)-[A-Za-z0-9_-]{20,}",
    "slack_token": r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    "slack_app_token": r"xapp-[0-9]-[A-Za-z0-9-]{20,}",
    "slack_webhook": r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}",
    "grafana_token": r"gl(?:sa|c)_[A-Za-z0-9+/=_]{30,}",
    "datadog_key": r"(?i)\bdd[_-]?(?:api|app(?:lication)?)[_-]?key\W{1,4}[0-9a-f]{32,40}\b",
    "dynatrace_token": r"dt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    "new_relic_key": r"NRAK-[A-Z0-9]{27}\b",
    "vault_token": r"\bhv[bsr]\.[A-Za-z0-9_-]{24,}",
    "npm_token": r"npm_[A-Za-z0-9]{36}\b",
    "pypi_token": r"pypi-[A-Za-z0-9_-]{50,}",
    "stripe_key": r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
    "sendgrid_key": r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}",
    "model_api_key": r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,}",
    "authorization": (r"(?i)\bauthorization[\"']?\s*[:=]\s*[\"']?(?:bearer|basic|token|apikey)?\s*[^\s\"',;]{6,}"),
    "bearer": r"(?i)\bbearer\s+[A-Za-z0-9._~+/=-]{16,}",
    "url_userinfo": r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/@:\"']{1,200}:[^\s/@\"']{1,200}@",
    "assignment": (
        r"(?i)\b(?:[a-z0-9_]{0,30}[_-])?(?:password|passwd|pwd|secret|api_?key|access_?key|private_?key)"
        r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?[^\s\"',;&]{6,}"
    ),
}
