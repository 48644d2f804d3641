"""Results beside their feed: the right product for each, and errors for the wrong feed."""

from dataclasses import replace
from pathlib import Path

import pytest
from results_helpers import MADE, MUGS, line, write_feed, write_lines

from titlewright.errors import FeedError
from titlewright.evaluation.results.joining import Joined
from titlewright.evaluation.results.reading import Made, read_results
from titlewright.feeds import open_feed


def joined(tmp_path: Path, lines: list[dict[str, object]], products: list[object]) -> Joined:
    results = write_lines(tmp_path / "r.jsonl", lines)
    feed = open_feed(write_feed(tmp_path / "feed.jsonl", products))  # type: ignore[arg-type]
    made = (item for item in read_results(results) if isinstance(item, Made))
    return Joined(made, results, feed)


def test_each_result_gets_its_product_and_the_others_are_counted(tmp_path: Path) -> None:
    both = joined(tmp_path, [MADE[1]], list(MUGS))
    ((made, product),) = both
    assert (made.row, product.id) == (2, "2")
    assert both.without_result == 2


@pytest.mark.parametrize(
    ("lines", "change", "problem"),
    [
        ([line(1, "x", "MUG!!! BUY NOW", id="other")], {}, r"row 1 is product 'other', but '1' in"),
        ([line(2, "x", "Acme Steel Bottle")], {"title": "x"}, r"had the title 'Acme Steel Bottle'"),
        ([line(9, "x")], {}, r"row 9 isn't in .*feed.jsonl, which has fewer rows"),
        ([MADE[1], MADE[0]], {}, r"line 2: row 1 stands after row 2"),
    ],
)  # fmt: skip
def test_the_wrong_feed_is_an_error(
    tmp_path: Path, lines: list[dict[str, object]], change: dict[str, str], problem: str
) -> None:
    products = [MUGS[0], replace(MUGS[1], **change), MUGS[2]]
    with pytest.raises(FeedError, match=problem):
        list(joined(tmp_path, lines, products))  # type: ignore[arg-type]
