"""The Upworthy Research Archive's tests as arms in which only the headline differs.

Matias, Munger, Le Quere and Ebersole 2021, "The Upworthy Research Archive, a time series of 32,487
experiments in U.S. media", Scientific Data 8:195 (CC BY 4.0). An arm also had an image: arms of one
test are compared only where they share it. Tests of the weeks whose randomisation was broken
(2013-06-25 to 2014-01-10) are left out; `significance` of the files is no p-value and isn't read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet

from titlewright.scorers.appeal.trials import Arm

_BROKEN = (201325, 201402)  # test_week, year and week, both ends included


def read_arms(data: Path, *, all_weeks: bool = False) -> Iterator[Arm]:
    """The arms in the data folder, those of one test and image under one name.

    `all_weeks`: those whose randomisation was broken too, where rates are only replayed.
    """
    columns = ["clickability_test_id", "headline", "impressions", "clicks", "test_week",
               "eyecatcher_id"]  # fmt: skip
    rows = pyarrow.parquet.read_table(data / "upworthy" / "upworthy.parquet", columns=columns)
    for row in rows.to_pylist():
        broken = _BROKEN[0] <= row["test_week"] <= _BROKEN[1]
        if row["headline"] and (all_weeks or not broken):
            test = f"{row['clickability_test_id']} {row['eyecatcher_id']}"
            yield Arm(test, row["headline"], row["impressions"], row["clicks"])
