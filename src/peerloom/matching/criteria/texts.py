"""`text`: how near two free texts are in meaning.

`model = "words"` (default) compares words and word beginnings; it needs nothing else and does not
depend on who else is in the pool. `model = "wordllama"` compares meaning with the static token
table that the optional `text` extra ships (WordLlama, 256 numbers a token, MIT).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peerloom.matching.criteria.shapes import Answers, Shape
from peerloom.matching.errors import PolicyError, Problem
from peerloom.matching.policy import Criterion
from peerloom.matching.pool import Pool

SIZE = 256
_WORD = re.compile(r"[^\W_]{2,}")
_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "but",
        "by",
        "do",
        "for",
        "from",
        "get",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "me",
        "more",
        "my",
        "of",
        "on",
        "or",
        "our",
        "so",
        "that",
        "the",
        "them",
        "they",
        "this",
        "to",
        "want",
        "we",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "au",
        "aux",
        "avec",
        "ce",
        "de",
        "des",
        "du",
        "en",
        "et",
        "je",
        "la",
        "le",
        "les",
        "leur",
        "ma",
        "mes",
        "mon",
        "ou",
        "par",
        "pas",
        "pour",
        "que",
        "qui",
        "se",
        "un",
        "une",
        "al",
        "como",
        "con",
        "del",
        "el",
        "ella",
        "en",
        "es",
        "la",
        "las",
        "lo",
        "los",
        "mi",
        "mis",
        "no",
        "para",
        "pero",
        "por",
        "que",
        "se",
        "sin",
        "su",
        "un",
        "una",
        "y",
    ]
)


def text(pool: Pool, criterion: Criterion, lists: str, problems: list[Problem]) -> Answers:
    """Cosine of the two texts, nothing where it is negative."""
    cells = pool.column(criterion.settings["field"])
    model = criterion.settings.get("model", "words")
    vectors = _wordllama(cells) if model == "wordllama" else _words(cells)
    length = np.sqrt((vectors**2).sum(axis=1, keepdims=True))
    unit = np.rint(1000 * vectors / np.maximum(length, 1e-12)).astype(np.int16)
    given = length[:, 0] > 0
    return Answers(Shape.VECTOR, gives=given, takes=given, vectors=unit)


def _words(cells: Sequence[str]) -> NDArray[np.float64]:
    vectors = np.zeros((len(cells), SIZE))
    for row, cell in enumerate(cells):
        words = {w for w in _WORD.findall(cell.casefold()) if w not in _COMMON}
        for word in words:
            # The beginning stands for the family of a word: lead, leads, leading.
            for feature, worth in ((word, 1.0), (word[:4] + "~", 0.7)):
                digest = hashlib.blake2b(feature.encode(), digest_size=4).digest()
                number = int.from_bytes(digest, "little")
                vectors[row, number % SIZE] += worth if number >> 31 else -worth
    return vectors


def _wordllama(cells: Sequence[str]) -> NDArray[np.float64]:
    tokenizer, table = _table()
    vectors = np.zeros((len(cells), table.shape[1]))
    for row, cell in enumerate(cells):
        tokens = tokenizer.encode(cell, add_special_tokens=False).ids if cell else []
        if tokens:
            vectors[row] = table[tokens].mean(axis=0)
    return vectors


@cache
def _table() -> tuple[Any, NDArray[np.float32]]:
    """WordLlama's tokenizer and weights from its wheel; its own loader asks a hub."""
    try:
        from safetensors.numpy import load_file  # in the optional extra
        from tokenizers import Tokenizer

        root = resources.files("wordllama")
    except ImportError:
        raise PolicyError(
            'model = "wordllama" needs the extra: pip install "peerloom[text]"'
        ) from None
    weights = next(p for p in (root / "weights").iterdir() if p.name.endswith("256.safetensors"))
    config = next(p for p in (root / "tokenizers").iterdir() if p.name.endswith(".json"))
    with resources.as_file(weights) as path:
        tensors = load_file(str(path))
    table = next(iter(tensors.values())).astype(np.float32)
    with resources.as_file(config) as path:
        return Tokenizer.from_file(str(path)), table
