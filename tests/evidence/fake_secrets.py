"""Tokens of the right shape that open nothing, put together here so that no scanner takes them for real ones."""

_LETTERS = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA" * 4
_UPPER = "A1B2C3D4E5F6G7H8J9K0" * 5
_HEX = "0123456789abcdef" * 4

FAKE_SECRETS: dict[str, str] = {
    "private_key": "-----BEGIN RSA " + "PRIVATE KEY-----\n" + _LETTERS + "\n-----END RSA " + "PRIVATE KEY-----",
    "jwt": "ey" + "J" + _LETTERS[:20] + ".ey" + "J" + _LETTERS[:30] + "." + _LETTERS[:40],
    "aws_access_key": "AK" + "IA" + _UPPER[:16],
    "azure_storage_key": "Account" + "Key=" + _LETTERS[:86] + "==",
    "google_api_key": "AI" + "za" + _LETTERS[:35],
    "google_oauth": "ya" + "29." + _LETTERS[:40],
    "github_token": "gh" + "p_" + _LETTERS[:36],
    "github_fine_grained": "github" + "_pat_" + _LETTERS[:60],
    "gitlab_token": "gl" + "pat-" + _LETTERS[:20],
    "slack_token": "xo" + "xb-" + "123456789012-" + _LETTERS[:24],
    "slack_app_token": "xa" + "pp-1-" + _LETTERS[:40],
    "slack_webhook": "hooks." + "slack.com/services/" + "T0/B0/" + _LETTERS[:24],
    "grafana_token": "gl" + "sa_" + _LETTERS[:32] + "_0a1b2c3d",
    "datadog_key": "DD_API" + "_KEY=" + _HEX[:32],
    "dynatrace_token": "dt0" + "c01." + _UPPER[:24] + "." + _UPPER[:64],
    "new_relic_key": "NR" + "AK-" + _UPPER[:27],
    "vault_token": "hv" + "s." + _LETTERS[:28],
    "npm_token": "np" + "m_" + _LETTERS[:36],
    "pypi_token": "py" + "pi-" + _LETTERS[:60],
    "stripe_key": "sk" + "_live_" + _LETTERS[:24],
    "sendgrid_key": "SG" + "." + _LETTERS[:22] + "." + _LETTERS[:43],
    "model_api_key": "sk" + "-ant-" + _LETTERS[:40],
    "authorization": "Author" + "ization: Basic " + _LETTERS[:20],
    "bearer": "bear" + "er " + _LETTERS[:24],
    "url_userinfo": "postgres" + "://app:" + _LETTERS[:12] + "@",
    "assignment": "db_pass" + "word = " + _LETTERS[:12],
}
