"""Words of code, logs and metric names, so that an error text can be held against a diff."""

import re
from collections.abc import Iterable

WORD_CHARS_MIN = 3
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# What most programs and most log lines say, so that sharing it tells nothing.
_COMMON_TEXT = (
    "the and for from with not are was has have this that into out over under above below per all any been "
    "before after "
    "func return returns const var let new type struct class def self import package string int bool true false "
    "err error errors failed failure fail failing exception panic ctx context "
    "request requests response http https code status service services server client upstream call calls called "
    "value values name get set add use used count total rate ratio sec seconds second avg min max duration time "
    "millisecond minute hour log logs info warn debug trace none off main test pkg src internal "
    "feat fix chore refactor docs yaml json sql mod sum com org net www "
    "elevated sustained rising observed exceeded returning issue"
)
_COMMON = frozenset(_COMMON_TEXT.split())
# One thing, several names.
_SAME = {
    **dict.fromkeys(("timeout", "timeouts", "timed", "deadlines"), "deadline"),
    **dict.fromkeys(("conn", "conns", "connections"), "connection"),
    **dict.fromkeys(("retries", "retried", "retrying"), "retry"),
    **dict.fromkeys(("expired", "expires", "expiration"), "expiry"),
    "null": "nil",
    **dict.fromkeys(("certificate", "certificates", "certs"), "cert"),
    **dict.fromkeys(("memory", "oom"), "mem"),
    "queries": "query",
}


def words_of(text: str) -> frozenset[str]:
    """Identifiers of several parts as a whole, and the parts of all, in lower case, one name per thing.

    ``DefaultTTL`` gives ``default_ttl``, ``default`` and ``ttl``.
    """
    found: set[str] = set()
    for identifier in _IDENTIFIER.findall(text):
        parts = [part.casefold() for part in _PART.findall(identifier)]
        if len(parts) > 1:
            found.add("_".join(parts))
        found.update(parts)
    return frozenset(_SAME.get(word, word) for word in found if len(word) >= WORD_CHARS_MIN and word not in _COMMON)


def words_of_all(texts: Iterable[str]) -> frozenset[str]:
    """The words of several texts."""
    return frozenset().union(*map(words_of, texts))


def words_of_service(name: str) -> frozenset[str]:
    """The words of a service's name; that a text names the service is no news, it was chosen for that."""
    short = re.sub(r"[-_]?(service|svc|server|api)$", "", name, flags=re.IGNORECASE)
    return words_of(name) | words_of(short) | {name.casefold(), short.casefold()}
