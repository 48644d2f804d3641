"""Intervals: equal units may be given once with their number."""

import numpy as np
import pytest

from titlewright.evaluation.bootstrap import Sample, difference_interval, interval, mean_of


def test_counted_units_mean_the_same_as_repeated_ones() -> None:
    repeated = mean_of([1.0] * 30 + [0.0] * 70)
    counted = Sample(np.array([1.0, 0.0]), np.ones(2), times=np.array([30.0, 70.0]))
    assert counted.value == repeated.value == pytest.approx(0.3)
    one, other = interval(repeated), interval(counted)
    assert one is not None
    assert other is not None
    assert other == pytest.approx(one, abs=0.02)  # another draw of the same distribution
    assert one[0] < 0.3 < one[1]


def test_a_paired_difference_of_counted_units() -> None:
    times = np.array([40.0, 60.0])
    ours = Sample(np.array([1.0, 1.0]), np.ones(2), times=times)
    theirs = Sample(np.array([1.0, 0.0]), np.ones(2), times=times)
    bounds = difference_interval(ours, theirs)
    assert bounds is not None
    low, high = bounds
    assert low == pytest.approx(0.6 - 1.96 * 0.049, abs=0.02)  # sqrt(0.6 * 0.4 / 100)
    assert high == pytest.approx(0.6 + 1.96 * 0.049, abs=0.02)
