"""The learning rate over a run, as a function of how much of the run is used."""

from __future__ import annotations

import math

from titlewright.neural.settings import TrainingSettings


def rate(settings: TrainingSettings, used: float) -> float:
    """The learning rate when the share `used` in [0, 1] of the run is over.

    Rises in a straight line over `settings.warmup`, then falls to 0 along half a cosine
    (Loshchilov and Hutter 2017, equation 5, one cycle) or a straight line, or stays.
    """
    if used < settings.warmup:
        return settings.learning_rate * used / settings.warmup
    falling = min((used - settings.warmup) / (1 - settings.warmup), 1.0)
    if settings.schedule == "cosine":
        return settings.learning_rate * (1 + math.cos(math.pi * falling)) / 2
    if settings.schedule == "linear":
        return settings.learning_rate * (1 - falling)
    return settings.learning_rate
