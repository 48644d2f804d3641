"""Whether a yes-or-no model's probabilities can be taken at their word, and making them so.

Guo, Pleiss, Sun and Weinberger 2017, "On calibration of modern neural networks". Needs no torch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_LOWEST, _HIGHEST = 0.05, 20.0  # of temperatures: what few labels could ask for has bounds
_HALVINGS = 60
_BINS = 15


def probability(logits: Any) -> NDArray[np.float64]:
    """The logistic function of log-odds, without overflow."""
    return 0.5 * (1.0 + np.tanh(np.asarray(logits, np.float64) / 2))


def temperature(logits: NDArray[Any], labels: NDArray[Any]) -> float:
    """T by which log-odds are divided so that they are likeliest (section 4.2), in [0.05, 20].

    logits, labels  (examples,), labels 0 or 1. Without examples T is 1. The likelihood is concave
    in 1 / T, so its slope is 0 once, which halving the interval finds.
    """
    if not len(logits):
        return 1.0
    low, high = 1 / _HIGHEST, 1 / _LOWEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        slope = np.sum((probability(middle * logits) - labels) * logits)  # of the loss
        low, high = (middle, high) if slope < 0 else (low, middle)
    return float(2 / (low + high))


def calibration_error(
    probabilities: NDArray[Any], labels: NDArray[Any], bins: int = _BINS
) -> float:
    """Expected calibration error (equation 3), in [0, 1]; not a number without examples.

    The mean distance between how sure the model is of its answer and how often that is right, over
    `bins` equal parts of [0.5, 1], where the surer answer of two always lies.

    probabilities, labels  (examples,), labels 0 or 1
    """
    if not len(probabilities):
        return float("nan")
    sure = np.maximum(probabilities, 1 - probabilities)
    right = (probabilities >= 0.5) == (labels == 1)
    bin_of = np.minimum(((sure - 0.5) * 2 * bins).astype(int), bins - 1)
    gaps = [abs(float(np.sum(sure[bin_of == n] - right[bin_of == n]))) for n in range(bins)]
    return sum(gaps) / len(probabilities)
