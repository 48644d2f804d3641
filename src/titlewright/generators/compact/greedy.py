"""The likeliest unit at every step, without search or rules: what the network itself has learnt."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from titlewright.generators.compact.export import ReadGraph, StepGraph
from titlewright.generators.compact.network import CompactNetwork
from titlewright.generators.compact.reading import Reading
from titlewright.generators.compact.runtime import arrays
from titlewright.generators.writing.lengths import MOST_UNITS
from titlewright.generators.writing.vocabulary import BEGIN, END, PAD


@torch.no_grad()
def greedy(network: CompactNetwork, readings: Sequence[Reading]) -> list[list[int]]:
    """The ids of B products' titles, up to END: a word's, or V plus a group's. On the network's
    device, and in the mode that it is in."""
    device = network.words.weight.device
    rows = {name: torch.from_numpy(row).to(device) for name, row in arrays(readings).items()}
    before = rows.pop("before")
    read = ReadGraph(network)(**rows)  # mask, unit keys, copies, members, and the layers' pairs
    settings, count = network.settings, len(readings)
    step = StepGraph(network)
    bonus = torch.zeros(count, settings.vocabulary + rows["first"].shape[1], device=device)
    bonus[:, [PAD, BEGIN]] = -torch.inf
    previous = torch.full((count, 1), BEGIN, device=device)
    heads, width = settings.writer_heads, settings.width // settings.writer_heads
    past = (torch.zeros(count, heads, 0, width, device=device),) * (2 * settings.writer_layers)
    written: list[Tensor] = []
    over = torch.zeros(count, dtype=torch.bool, device=device)
    while len(written) < MOST_UNITS and not over.all():
        position = torch.tensor([len(written)], device=device)
        ids, _, *grown = step(
            previous, torch.zeros_like(previous), bonus, position, *read[:4], rows["groups"],
            before, *read[4:], *past,
        )  # fmt: skip
        past = tuple(grown)
        previous = ids[:, :, 0]
        written.append(previous[:, 0])
        over |= previous[:, 0] == END
    titles = torch.stack(written, 1).tolist()
    return [title[: title.index(END)] if END in title else title for title in titles]
