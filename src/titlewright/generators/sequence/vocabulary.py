"""The words of a model of this room: learnt from its first examples, kept beside its weights.

A word counts once a product, so that one which only one product has stays unknown: from those the
network learns to copy. It is written as most titles write it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from titlewright.generators.writing.vocabulary import END, Vocabulary
from titlewright.records import Example
from titlewright.text.words import fold

UNKNOWN = END + 1  # the first word of every vocabulary here
_UNKNOWN_WORD = "[UNKNOWN]"
_REQUESTS = frozenset({"style", "audience", "language", "length"})


def request(name: str, value: str) -> str:
    """What is asked for as a unit to be read: "length=40"."""
    return f"{name}={value.casefold()}"


def is_request(word: str) -> bool:
    return word.partition("=")[0] in _REQUESTS


def learn(
    examples: Iterable[Example],
    source: Callable[[Example], Sequence[str]],
    title: Callable[[Example], Sequence[str]],
    *,
    most: int,
    least: int = 2,
) -> Vocabulary:
    """The `most` words that stand in most examples, in `least` at the least.

    `source` and `title` give the units of what an example shows and of its title.
    """
    examples_with: Counter[str] = Counter()
    written: defaultdict[str, Counter[str]] = defaultdict(Counter)  # folded to its spellings
    for example in examples:
        shown, told = source(example), title(example)
        examples_with.update({fold(unit) for unit in (*shown, *told)})
        for unit in told:
            written[fold(unit)][unit] += 1
        for unit in shown:
            written[fold(unit)][unit] += 0  # a spelling that counts where titles have none
    common = sorted(examples_with.items(), key=lambda item: (-item[1], item[0]))
    words = [written[key].most_common(1)[0][0] for key, count in common if count >= least]
    lines = [word for word in words if word.isprintable()]  # a word is a line of its file
    return Vocabulary((_UNKNOWN_WORD, *lines[:most]))
