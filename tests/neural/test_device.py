"""Devices, precision, and batches of any shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from titlewright.errors import SettingsError
from titlewright.neural.device import choose_device, choose_precision, to_device
from titlewright.neural.randomness import apart, restore, seed_all, states


def test_auto_is_a_gpu_where_there_is_one() -> None:
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("name", ["gpu", "cuda:97", ""])
def test_a_device_that_isnt_there(name: str) -> None:
    with pytest.raises(SettingsError, match=f"device '{name}' can't be used"):
        choose_device(name)


def test_precision() -> None:
    cpu = torch.device("cpu")
    assert choose_precision("float32", cpu) == "float32"
    assert choose_precision("bf16", cpu) == "bf16"
    assert choose_precision("auto", cpu) in ("bf16", "float32")


class Named(NamedTuple):
    ids: Tensor
    name: str


@dataclass(frozen=True)
class Record:
    ids: Tensor
    more: list[Tensor]


def test_batches_of_any_shape_go_to_the_device() -> None:
    """The meta device stands in for a GPU: it is another one, and always there."""
    meta, ids = torch.device("meta"), torch.ones(2)
    assert to_device(ids, meta).device == meta
    named, record, mapped = to_device(
        (Named(ids, "x"), Record(ids, [ids]), {"a": ids, "n": 3}), meta
    )
    assert (named.ids.device, named.name) == (meta, "x")
    assert (record.ids.device, record.more[0].device) == (meta, meta)
    assert (mapped["a"].device, mapped["n"]) == (meta, 3)
    assert isinstance(named, Named)
    assert isinstance(record, Record)


def draws() -> list[object]:
    import random

    import numpy as np

    return [random.random(), float(np.random.rand()), float(torch.rand(1))]


def test_random_generators_are_put_back() -> None:
    seed_all(3)
    draws()
    before = states()
    expected = draws()
    draws()
    restore(*before)
    assert draws() == expected


def test_what_draws_apart_disturbs_nothing() -> None:
    seed_all(3)
    expected = draws()
    seed_all(3)
    with apart(5):
        inner = draws()
    assert draws() == expected
    with apart(5):
        assert draws() == inner
