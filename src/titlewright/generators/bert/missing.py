"""What a title lacks: each value that the product states and the title doesn't, put to BERT.

A masked slot as long as the value goes into the title, where the value is likeliest to begin. How
likely are the value's pieces there, beside all others? Nothing is trained for this: it is what the
encoder has learnt of titles from masked words. A value of N pieces is scored by the mean of
ln P(piece | all N masked), so that long ones have the same chance.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from titlewright.generators.bert.network import encode, inputs_of, word_scores
from titlewright.generators.bert.reading import Pair, Pieces, Reader, attributes
from titlewright.neural.device import to_device
from titlewright.records import Product
from titlewright.text.words import atoms, squeeze

_MOST_PLACES = 12  # at which a slot is tried, the end among them
_MOST_PIECES = 8  # of a value that are asked for; a longer one is told by its beginning
_A_CODE = 4  # letters and digits that are a code wherever they stand together


class Lack(NamedTuple):
    """A value that the title could state.

    gain  nats a piece by which BERT finds the value likelier in the title than any pieces at
          random: the mean of ln P(piece) + ln V
    """

    attribute: str
    value: str
    gain: float


class _Value(NamedTuple):
    attribute: str
    text: str
    ids: tuple[int, ...]


def missing(network: Any, reader: Reader, product: Product, title: str) -> list[Lack]:
    """What the title lacks, the greatest gain first; of equal ones in the product's order."""
    pair = reader.pair(product, title)
    values = [
        _Value(name, value, ids)
        for name, value in unstated(product, title)
        if (ids := reader.text(value).ids[:_MOST_PIECES])
    ]
    if not values:
        return []
    places = _places(pair.title)
    begun = _scores(network, reader, [(pair, place, 1) for place in places])[:, 0]  # [P, V]
    slots: dict[tuple[int, int], list[_Value]] = defaultdict(list)
    for value in values:
        best = int(begun[:, value.ids[0]].argmax())
        slots[places[best], len(value.ids)].append(value)
    found = []
    scores = _scores(network, reader, [(pair, place, size) for place, size in slots])
    for row, asked in zip(scores, slots.values(), strict=True):
        for value in asked:
            told = row[range(len(value.ids)), list(value.ids)]
            gain = float(told.mean()) + math.log(row.shape[-1])
            found.append(Lack(value.attribute, value.text, round(gain, 4)))
    order = {(value.attribute, value.text): place for place, value in enumerate(values)}
    return sorted(found, key=lambda lack: (-lack.gain, order[lack.attribute, lack.value]))


def unstated(product: Product, title: str) -> Iterator[tuple[str, str]]:
    """The product's brand and attributes that the title doesn't state word for word."""
    said = {atom.norm for atom in atoms(title)}
    run = squeeze(title)
    for name, value in attributes(product):
        words = {atom.norm for atom in atoms(value)}
        code = squeeze(value)
        if words and not (words <= said or (len(code) >= _A_CODE and code in run)):
            yield name, value


def _places(title: Pieces) -> list[int]:
    """Where words of the title begin, and its end; so many at most, evenly spread."""
    begins = [
        place
        for place, word in enumerate(title.words)
        if not place or title.words[place - 1] != word
    ]
    every = [*begins, len(title.ids)]
    if len(every) <= _MOST_PLACES:
        return every
    step = (len(every) - 1) / (_MOST_PLACES - 1)
    return [every[round(number * step)] for number in range(_MOST_PLACES)]


@torch.inference_mode()
def _scores(network: Any, reader: Reader, slots: Sequence[tuple[Pair, int, int]]) -> Tensor:
    """ln P of every piece in each masked piece of R slots (pair, place, size): [R, size, V], where
    size is that of the largest slot; what a smaller one doesn't have is of no meaning."""
    put = [_with_slot(pair, place, size, reader) for pair, place, size in slots]
    rows = [reader.sequence(pair) for pair in put]
    starts = torch.tensor(
        [len(pair.product.ids) + 2 + place for pair, (_, place, _) in zip(put, slots, strict=True)]
    )
    device = next(network.parameters()).device
    inputs = to_device(inputs_of(rows, reader.padding), device)
    pieces = encode(network, inputs).pieces  # [R, S, D]
    size = max(size for _, _, size in slots)
    at = (starts[:, None] + torch.arange(size)).clamp(max=pieces.shape[1] - 1).to(device)
    asked = pieces.gather(1, at[..., None].expand(-1, -1, pieces.shape[-1]))  # [R, size, D]
    return torch.log_softmax(word_scores(network, asked), -1).cpu()


def _with_slot(pair: Pair, place: int, size: int, reader: Reader) -> Pair:
    """The title with masks put in; the product gives up its end where there is no room."""
    slot = Pieces((reader.mask,) * size, (0,) * size)
    title = pair.title.first(place) + slot + pair.title.after(place)
    room = reader.most - 3 - len(title.ids)
    return Pair(pair.product.first(max(room, 0)), title)
