"""The trained network as two int8 ONNX graphs: one reads products, one takes a step of writing.

Weights are quantised per output channel, activations as they come (dynamic quantisation). What a
graph's weights are called is kept, so that a model can be trained further from its graphs alone.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from titlewright.generators.compact.network import CompactNetwork
from titlewright.generators.compact.weights import places

READER, WRITER = "reader.onnx", "writer.onnx"
OPTIONS = 48  # C, the continuations that a step returns
_OPSET = 18
_NEVER = -1e4


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
        keys = torch.stack([key for key, _ in remembered])  # [L, B, H, P, D / H]
        values = torch.stack([value for _, value in remembered])
        return seen["mask"], seen["keys"], seen["copied"], members, keys, values


class StepGraph(nn.Module):
    """One unit further on every lane: ids and log-probabilities of the likeliest continuations."""

    def __init__(self, network: CompactNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self, previous: Tensor, budgets: Tensor, bonus: Tensor, position: Tensor, mask: Tensor,
        unit_keys: Tensor, copied: Tensor, members: Tensor, groups: Tensor, before: Tensor,
        keys: Tensor, values: Tensor, past_keys: Tensor, past_values: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        network = self.network
        states = network.embed(previous, copied, budgets, position)  # [B, K, D]
        new_keys, new_values = [], []
        for number, layer in enumerate(network.writer()):
            states, (key, value) = layer.step(
                states,
                (past_keys[number], past_values[number]),
                (keys[number], values[number]),
                mask,
            )
            new_keys.append(key)
            new_values.append(value)
        seen = {"keys": unit_keys, "groups": groups, "before": before}
        words, units = network.score(network.norm(states), previous, seen)
        likely = torch.softmax(torch.cat([words, units], -1), -1)
        size = words.shape[-1]
        likely = torch.cat([likely[..., :size], likely[..., size:] @ members], -1)  # [B, K, V + G]
        weighed = torch.log(likely + 1e-12) + bonus[:, None, :]
        # a small model with a short product has fewer continuations than are asked for
        best, ids = torch.topk(functional.pad(weighed, (0, OPTIONS), value=_NEVER), OPTIONS, dim=-1)
        return ids, best, torch.stack(new_keys), torch.stack(new_values)


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
                _quantise(plain, folder / name)
            else:
                (folder / name).write_bytes(plain.read_bytes())
        return places(network, plain_graphs)


def _quantise(plain: Path, out: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().addFilter(_advice)  # to optimise graphs first, which the session does
    quantize_dynamic(
        plain, out, weight_type=QuantType.QInt8, per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip
    logging.getLogger().removeFilter(_advice)


def _advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()


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
    memory = ["mask", "unit_keys", "copied", "members", "keys", "values"]
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
        "keys": {1: "B", 3: "P"},
        "values": {1: "B", 3: "P"},
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
        "keys": seen["keys"],
        "values": seen["values"],
        "past_keys": number(layers, batch * lanes, heads, past, head),
        "past_values": number(layers, batch * lanes, heads, past, head),
    }
    more: dict[str, dict[int, str]] = {
        **axes,
        "previous": {0: "B", 1: "K"},
        "budgets": {0: "B", 1: "K"},
        "bonus": {0: "B", 1: "N"},
        "past_keys": {1: "R", 3: "T"},
        "past_values": {1: "R", 3: "T"},
        "ids": {0: "B", 1: "K"},
        "log_probabilities": {0: "B", 1: "K"},
        "new_keys": {1: "R", 3: "S"},
        "new_values": {1: "R", 3: "S"},
    }
    yield (
        WRITER, StepGraph(network).eval(), stepping,
        ["ids", "log_probabilities", "new_keys", "new_values"], more,
    )  # fmt: skip
