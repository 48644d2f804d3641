"""LightGBM's trees as an ONNX graph, so that judging needs no LightGBM (operator
TreeEnsembleRegressor of the ai.onnx.ml domain, version 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np


class _Node(NamedTuple):
    """A node as the operator has it; `weight` counts for leaves."""

    leaf: bool
    feature: int
    threshold: float
    below: int
    above: int
    weight: float


def to_onnx(model: Mapping[str, Any], features: int) -> bytes:
    """From `Booster.dump_model()`, for "rows" [N, features] float32 to "values" [N, 1]."""
    import onnx
    from onnx import TensorProto, helper

    names = ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_modes", "nodes_values",
             "nodes_truenodeids", "nodes_falsenodeids", "target_treeids", "target_nodeids",
             "target_ids", "target_weights")  # fmt: skip
    found: dict[str, Any] = {name: [] for name in names}
    for tree, told in enumerate(model["tree_info"]):
        for number, node in enumerate(_nodes(told["tree_structure"])):
            row = (tree, number, node.feature, "LEAF" if node.leaf else "BRANCH_LEQ",
                   node.threshold, node.below, node.above)  # fmt: skip
            for name, value in zip(names, row, strict=False):
                found[name].append(value)
            if node.leaf:
                for name, value in zip(names[7:], (tree, number, 0, node.weight), strict=True):
                    found[name].append(value)
    operator = helper.make_node(
        "TreeEnsembleRegressor", ["rows"], ["values"], domain="ai.onnx.ml", n_targets=1,
        aggregate_function="SUM", post_transform="NONE", **found,
    )  # fmt: skip
    graph = helper.make_graph(
        [operator], "trees",
        [helper.make_tensor_value_info("rows", TensorProto.FLOAT, ["N", features])],
        [helper.make_tensor_value_info("values", TensorProto.FLOAT, ["N", 1])],
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]
    made = helper.make_model(graph, opset_imports=opsets, ir_version=9)
    return bytes(onnx.ModelProto.SerializeToString(made))


def _nodes(root: Mapping[str, Any]) -> Iterator[_Node]:
    """The tree's nodes, numbered as they come, a node before its branches."""
    waiting, count = [root], 1
    for node in waiting:  # grows while it is read
        if "leaf_value" in node:
            yield _Node(True, 0, 0.0, 0, 0, float(node["leaf_value"]))
            continue
        waiting += [node["left_child"], node["right_child"]]
        yield _Node(
            False, node["split_feature"], _rounded(node["threshold"]), count, count + 1, 0.0
        )
        count += 2


def _rounded(threshold: float) -> float:
    """The largest float32 that isn't above: rows are float32, so they branch as in LightGBM."""
    near = np.float32(threshold)
    return float(near if float(near) <= threshold else np.nextafter(near, np.float32(-np.inf)))
