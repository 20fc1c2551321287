"""How many tokens a text costs: o200k where its package is installed, else bytes / 4."""

try:
    from rs_bpe.bpe import openai

    _ENCODER = openai.o200k_base()
    TOKENIZER = "o200k"
except ImportError:
    _ENCODER = None
    TOKENIZER = "bytes / 4"


def tokens(text: str) -> int:
    """The cost of ``text``."""
    return len(_ENCODER.encode(text)) if _ENCODER is not None else -(-len(text.encode()) // 4)
