"""Settings are checked in one place, and name what is wrong."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import pytest

from titlewright.errors import SettingsError
from titlewright.neural.settings import TrainingSettings

SETTINGS = TrainingSettings(steps=10)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"steps": 0}, "steps must be at least 1, not 0"),
        ({"steps": 2.5}, r"steps must be a whole number, not 2\.5"),
        ({"steps": True}, "steps must be a whole number, not True"),
        ({"epochs": -1}, "epochs must be above 0, not -1"),
        ({"minutes": math.nan}, "minutes must be above 0, not nan"),
        ({"minutes": math.inf}, "minutes must be above 0, not inf"),
        ({"learning_rate": 0}, "learning_rate must be above 0, not 0"),
        ({"learning_rate": "1e-3"}, "learning_rate must be a number, not '1e-3'"),
        ({"warmup": 1}, "warmup must be at least 0 and below 1, not 1"),
        ({"layer_factor": 1.5}, r"layer_factor must be above 0 and at most 1, not 1\.5"),
        ({"label_smoothing": 1}, "label_smoothing must be at least 0 and below 1"),
        ({"batch_tokens": 0}, "batch_tokens must be at least 1"),
        ({"patience": 0}, "patience must be at least 1"),
        ({"seed": -3}, "seed must be at least 0"),
        ({"schedule": "steep"}, "schedule must be one of cosine, linear, constant, not 'steep'"),
        ({"precision": "fp8"}, "precision must be one of auto, bf16, float32, not 'fp8'"),
        ({"steps": None}, "Say how long to train: steps, epochs or minutes"),
        ({"checkpoint_minutes": None}, "Say when to write checkpoints"),
    ],
)
def test_a_setting_that_makes_no_sense(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        replace(SETTINGS, **wrong)


@pytest.mark.parametrize("limit", [{"steps": 1}, {"epochs": 0.5}, {"minutes": 1}])
def test_one_limit_is_enough(limit: dict[str, Any]) -> None:
    assert TrainingSettings(**limit).to_json() | limit == TrainingSettings(**limit).to_json()


def test_no_clipping_is_infinite() -> None:
    assert TrainingSettings(steps=1, clip=math.inf).clip == math.inf


def test_json_and_back() -> None:
    settings = TrainingSettings(epochs=2.5, patience=3, device="cpu", schedule="linear")
    assert TrainingSettings.from_json(settings.to_json()) == settings
    with pytest.raises(SettingsError, match="'lerning_rate' is no training setting"):
        TrainingSettings.from_json({"steps": 1, "lerning_rate": 1})


def test_every_setting_is_explained() -> None:
    assert TrainingSettings.__doc__ is not None
    for field in fields(TrainingSettings):
        assert f"\n    {field.name} " in TrainingSettings.__doc__
