"""float32 graphs to int8: weights per output channel, activations at scales that are measured once.

onnxruntime's dynamic quantisation measures each batch anew, so a product's title would depend on
what stands beside it. Here the graphs run over real products first, the widest range of every
activation is kept, and the measuring nodes are replaced by constants.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from titlewright.generators.compact.runtime import OnnxEngine

_MEASURES = "DynamicQuantizeLinear"
_LEVELS = 255  # of an unsigned byte
_LEAST_RANGE = 1e-6
_CONTRIBUTED = "com.microsoft"


def quantise_weights(plain: Path, out: Path) -> None:
    """int8 weights; activations are still measured batch by batch."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().addFilter(_advice)  # to optimise graphs first, which the session does
    quantize_dynamic(
        plain, out, weight_type=QuantType.QInt8, per_channel=True,
        op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"MatMulConstBOnly": True},
    )  # fmt: skip
    logging.getLogger().removeFilter(_advice)


def fix_activations(reader: Path, writer: Path, work: Callable[[OnnxEngine], Any]) -> None:
    """Replace measuring by constants in both graphs; `work` runs them over products."""
    watched = [path.with_suffix(".watched.onnx") for path in (reader, writer)]
    for path, copy in zip((reader, writer), watched, strict=True):
        _expose(path, copy)
    engine = _Watching(*watched)
    work(engine)
    for path, copy in zip((reader, writer), watched, strict=True):
        _freeze(path, engine.ranges)
        copy.unlink()


class _Watching(OnnxEngine):
    """An engine that keeps the widest range that each measuring node finds."""

    def __init__(self, reader: Path, writer: Path) -> None:
        super().__init__(reader, writer, threads=1)
        self.ranges: dict[str, tuple[float, float]] = {}

    def _run(self, session: Any, feeds: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        names = [output.name for output in session.get_outputs()]
        found = dict(zip(names, session.run(names, feeds), strict=True))
        for scale_name, scale in found.items():
            if scale_name.endswith("_scale") and scale.ndim == 0:
                name = scale_name.removesuffix("_scale")
                zero = float(found[f"{name}_zero_point"])
                low, high = -zero * float(scale), (_LEVELS - zero) * float(scale)
                before = self.ranges.get(name, (0.0, 0.0))
                self.ranges[name] = (min(low, before[0]), max(high, before[1]))
        return [found[name] for name in names if name in self._outputs[id(session)]]


def _expose(path: Path, copy: Path) -> None:
    """A copy of a graph that also gives out what its measuring nodes find."""
    import onnx

    model = onnx.load(path)
    for node in model.graph.node:
        if node.op_type == _MEASURES:
            _, scale, zero = node.output
            model.graph.output.append(
                onnx.helper.make_tensor_value_info(scale, onnx.TensorProto.FLOAT, ())
            )
            model.graph.output.append(
                onnx.helper.make_tensor_value_info(zero, onnx.TensorProto.UINT8, ())
            )
    onnx.save(model, copy)


def _freeze(path: Path, ranges: dict[str, tuple[float, float]]) -> None:
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    for node in model.graph.node:
        if node.op_type != _MEASURES:
            continue
        values, scale, zero = node.output
        low, high = ranges.get(scale.removesuffix("_scale"), (0.0, 0.0))
        step = np.float32(max(high - low, _LEAST_RANGE) / _LEVELS)
        point = np.uint8(np.clip(round(-low / step), 0, _LEVELS))
        model.graph.initializer.append(numpy_helper.from_array(np.array(step), scale))
        model.graph.initializer.append(numpy_helper.from_array(np.array(point), zero))
        source = node.input[0]
        node.CopyFrom(
            onnx.helper.make_node("QuantizeLinear", [source, scale, zero], [values], node.name)
        )
    _fuse_products(model.graph)
    model.opset_import.append(onnx.helper.make_opsetid(_CONTRIBUTED, 1))
    onnx.save(model, path)


def _fuse_products(graph: Any) -> None:
    """MatMulInteger, Cast and Mul by both scales to the one node that onnxruntime has for it.

    It does so itself where activations are measured, not where their scales are constants.
    """
    import onnx

    users = {name: node for node in graph.node for name in node.input}
    makers = {name: node for node in graph.node for name in node.output}
    for product in [node for node in graph.node if node.op_type == "MatMulInteger"]:
        cast = users[product.output[0]]
        scaled = users[cast.output[0]]
        scales = makers[next(name for name in scaled.input if name != cast.output[0])]
        values, weights, zero, weight_zero = product.input
        activation_scale = f"{zero.removesuffix('_zero_point')}_scale"
        weight_scale = next(name for name in scales.input if name != activation_scale)
        fused = onnx.helper.make_node(
            "MatMulIntegerToFloat",
            [values, weights, activation_scale, weight_scale, zero, weight_zero],
            [scaled.output[0]], f"{product.name}_fused", domain=_CONTRIBUTED,
        )  # fmt: skip
        place = list(graph.node).index(product)
        for node in (product, cast, scaled, scales):
            graph.node.remove(node)
        graph.node.insert(place, fused)


def _advice(record: logging.LogRecord) -> bool:
    return "pre-processing before quantization" not in record.getMessage()
