"""How a check of the kit fails."""


def expect(holds: bool, sentence: str, because: BaseException | None = None) -> None:
    """Fail with ``sentence`` unless ``holds``.

    No ``assert``: pytest rewrites asserts in test files only, so one in here would fail without a sentence.
    """
    __tracebackhide__ = True
    if not holds:
        raise AssertionError(sentence) from because
