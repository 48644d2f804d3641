"""The trained network as two int8 ONNX graphs: one reads products, one takes a step of writing.

What a graph's weights are called is kept, so that a model can be trained further from its graphs
alone. quantise.py tells how they become int8.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from titlewright.generators.compact.network import CompactNetwork
from titlewright.generators.compact.quantise import quantise_weights
from titlewright.generators.compact.weights import places

READER, WRITER = "reader.onnx", "writer.onnx"
OPTIONS = 48  # C, the continuations that a step returns
_OPSET = 18
_TINY = 1e-12  # what can't be written


class ReadGraph(nn.Module):
    """Pieces to all that the steps need: per layer keys and values, unit keys, inputs of copies."""

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, pieces: Tensor, fields: Tensor, starts: Tensor, groups: Tensor, first: Tensor
    ) -> tuple[Tensor, ...]:
        # what stands before a unit matters to the steps only
        seen = self.network.read(pieces, fields, starts, groups, groups, first)
        index = torch.arange(first.shape[1], device=groups.device)
        members = (groups[..., None] == index).to(seen["keys"].dtype)  # [B, U, G]
        remembered = [layer.remember(seen["memory"]) for layer in self.network.writer()]
        return seen["mask"], seen["keys"], seen["copied"], members, *_flat(remembered)


class StepGraph(nn.Module):
    """One unit further on every lane: ids and log-probabilities of the likeliest continuations."""

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, previous: Tensor, budgets: Tensor, bonus: Tensor, position: Tensor, mask: Tensor,
        unit_keys: Tensor, copied: Tensor, members: Tensor, groups: Tensor, before: Tensor,
        *layered: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        network = self.network
        states = network.embed(previous, copied, budgets, position)  # [B, K, D]
        count = len(network.layers)
        memory, past = _pairs(layered[: 2 * count]), _pairs(layered[2 * count :])
        grown = []
        for layer, own_past, own_memory in zip(network.writer(), past, memory, strict=True):
            states, pair = layer.step(states, own_past, own_memory, mask)
            grown.append(pair)
        seen = {"keys": unit_keys, "groups": groups, "before": before}
        words, units = network.score(network.norm(states), previous, seen)
        likely = torch.softmax(torch.cat([words, units], -1), -1)
        size = words.shape[-1]
        likely = torch.cat([likely[..., :size], likely[..., size:] @ members], -1)  # [B, K, V + G]
        weighed = likely * torch.exp(bonus)[:, None, :]
        # a small model with a short product has fewer continuations than are asked for
        best, ids = torch.topk(functional.pad(weighed, (0, OPTIONS)), OPTIONS, dim=-1)
        return ids, torch.log(best + _TINY), *_flat(grown)


def _flat(pairs: Sequence[tuple[Tensor, Tensor]]) -> tuple[Tensor, ...]:
    """Keys and values of the layers in one row: key 0, value 0, key 1, ..."""
    return tuple(tensor for pair in pairs for tensor in pair)


def _pairs(tensors: Sequence[Tensor]) -> list[tuple[Tensor, Tensor]]:
    return list(zip(tensors[::2], tensors[1::2], strict=True))


def layered(prefix: str, layers: int) -> list[str]:
    """Names of the layers' keys and values, as `_flat` orders them."""
    return [f"{prefix}_{kind}_{layer}" for layer in range(layers) for kind in ("key", "value")]


def export(
    network: CompactNetwork, folder: Path, *, quantised: bool = True
) -> dict[str, tuple[str, str, bool]]:
    """Write READER and WRITER into the folder; float32 graphs when not `quantised`.

    Returns where each parameter lies in them, for `weights.network_of`.
    """
    network = network.eval().float()
    plain_graphs: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as temporary, warnings.catch_warnings():
        # the exporter by tracing is deprecated, and keeps the parameters' values as they are
        warnings.simplefilter("ignore")
        for name, graph, inputs, outputs, axes in _graphs(network):
            plain = plain_graphs[name] = Path(temporary) / name
            axes = {each: axes[each] for each in (*inputs, *outputs) if each in axes}
            torch.onnx.export(
                graph, tuple(inputs.values()), str(plain), input_names=list(inputs),
                output_names=outputs, dynamic_axes=axes, opset_version=_OPSET, dynamo=False,
            )  # fmt: skip
            if quantised:
                quantise_weights(plain, folder / name)
            else:
                (folder / name).write_bytes(plain.read_bytes())
        return places(network, plain_graphs)


def _graphs(network: CompactNetwork) -> Iterator[Any]:
    settings = network.settings
    batch, pieces, units, lanes, past = 2, 5, 4, 3, 2
    layers, heads = settings.writer_layers, settings.writer_heads
    head = settings.width // heads
    number = torch.zeros
    reading = {
        "pieces": number(batch, pieces, dtype=torch.long),
        "fields": number(batch, pieces, dtype=torch.long),
        "starts": number(batch, units, dtype=torch.long),
        "groups": torch.arange(units).repeat(batch, 1),
        "first": torch.arange(units).repeat(batch, 1),
    }
    remembered = layered("memory", layers)
    memory = ["mask", "unit_keys", "copied", "members", *remembered]
    graph = ReadGraph(network).eval()
    with torch.no_grad():
        seen = dict(zip(memory, graph(*reading.values()), strict=True))
    axes: dict[str, dict[int, str]] = {
        "pieces": {0: "B", 1: "P"},
        "fields": {0: "B", 1: "P"},
        "starts": {0: "B", 1: "U"},
        "groups": {0: "B", 1: "U"},
        "before": {0: "B", 1: "U"},
        "first": {0: "B", 1: "G"},
        "mask": {0: "B", 3: "P"},
        "unit_keys": {0: "B", 1: "U"},
        "copied": {0: "B", 1: "G"},
        "members": {0: "B", 1: "U", 2: "G"},
        **{name: {0: "B", 2: "P"} for name in remembered},
    }
    yield READER, graph, reading, memory, axes
    stepping = {
        "previous": torch.ones(batch, lanes, dtype=torch.long),
        "budgets": number(batch, lanes, dtype=torch.long),
        "bonus": number(batch, settings.vocabulary + units),
        "position": number(1, dtype=torch.long),
        **{name: seen[name] for name in ("mask", "unit_keys", "copied", "members")},
        "groups": reading["groups"],
        "before": number(batch, units, dtype=torch.long) - 1,
        **{name: seen[name] for name in remembered},
        **{name: number(batch * lanes, heads, past, head) for name in layered("past", layers)},
    }
    more: dict[str, dict[int, str]] = {
        **axes,
        "previous": {0: "B", 1: "K"},
        "budgets": {0: "B", 1: "K"},
        "bonus": {0: "B", 1: "N"},
        **{name: {0: "R", 2: "T"} for name in layered("past", layers)},
        "ids": {0: "B", 1: "K"},
        "log_probabilities": {0: "B", 1: "K"},
        **{name: {0: "R", 2: "S"} for name in layered("new", layers)},
    }
    yield (
        WRITER, StepGraph(network).eval(), stepping,
        ["ids", "log_probabilities", *layered("new", layers)], more,
    )  # fmt: skip
