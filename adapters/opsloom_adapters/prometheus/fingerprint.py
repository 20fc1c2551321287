"""The fingerprint of a label set, equal to the one that Alertmanager shows for the same labels."""

from collections.abc import Mapping

_FNV_OFFSET = 14695981039346656037
_FNV_PRIME = 1099511628211
_SEPARATOR = b"\xff"


def fingerprint_of(labels: Mapping[str, str]) -> str:
    """64-bit FNV-1a over the labels in order of their names, as 16 hexadecimal digits.

    Source: ``LabelSet.Fingerprint`` in https://github.com/prometheus/common/blob/main/model/labelset.go
    """
    digest = _FNV_OFFSET
    for name, value in sorted(labels.items()):
        for byte in name.encode() + _SEPARATOR + value.encode() + _SEPARATOR:
            digest = ((digest ^ byte) * _FNV_PRIME) & 0xFFFF_FFFF_FFFF_FFFF
    return f"{digest:016x}"
