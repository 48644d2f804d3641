"""A network for training from the files of a saved model: its int8 graphs hold all weights.

`names` is written when a model is saved: where each parameter lies in the graphs. What was
quantised comes back within half a step of its scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from titlewright.errors import GeneratorError
from titlewright.generators.compact.network import CompactNetwork, NetworkSettings


def network_of(
    folder: Path, settings: Mapping[str, Any], names: Mapping[str, Any], seed: int
) -> CompactNetwork:
    """The saved network in float32. `seed` decides what dropout will do. Raises GeneratorError."""
    torch.manual_seed(seed)
    network = CompactNetwork(NetworkSettings(**settings))
    graphs = {
        graph: _initializers(folder / graph) for graph in {place[0] for place in names.values()}
    }
    state = network.state_dict()
    if missing := sorted(set(state) - set(names)):
        raise GeneratorError(f"{folder} doesn't tell where {missing[0]} is kept. Save it again.")
    with torch.no_grad():
        for name, (graph, initializer, turned) in names.items():
            weight = _value(graphs[graph], initializer)
            state[name].copy_(torch.from_numpy((weight.T if turned else weight).copy()))
    return network


def places(network: CompactNetwork, graphs: Mapping[str, Path]) -> dict[str, tuple[str, str, bool]]:
    """Where each parameter lies in plain graphs: graph, initializer, whether it is transposed."""
    found: dict[str, tuple[str, str, bool]] = {}
    known: dict[bytes, tuple[str, str]] = {}
    for graph, path in graphs.items():
        for name, value in _initializers(path).items():
            known.setdefault(_print(value), (graph, name))
    for name, parameter in network.state_dict().items():
        value = parameter.detach().numpy()
        for turned in (False, True):
            place = known.get(_print(value.T if turned else value))
            if place is not None:
                found[name] = (*place, turned)
                break
        else:
            raise GeneratorError(f"{name} is in none of the exported graphs.")
    return found


def _print(value: NDArray[Any]) -> bytes:
    return str(value.shape).encode() + np.ascontiguousarray(value).tobytes()


def _initializers(path: Path) -> dict[str, NDArray[Any]]:
    import onnx
    from onnx import numpy_helper

    return {
        tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(path).graph.initializer
    }


def _value(initializers: Mapping[str, NDArray[Any]], name: str) -> NDArray[np.float32]:
    if name in initializers:
        return initializers[name].astype(np.float32)
    steps = initializers[f"{name}_quantized"].astype(np.float32)
    zero = initializers[f"{name}_zero_point"].astype(np.float32)
    value: NDArray[np.float32] = (steps - zero) * initializers[f"{name}_scale"]
    return value
