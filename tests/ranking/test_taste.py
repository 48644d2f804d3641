"""The user's own files: what they judge by, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from titlewright.errors import FeedError, SettingsError, TitlewrightError
from titlewright.ranking import WEIGHTS, Taste, WeightedMean
from titlewright.ranking.keeping import write_ranking

LIKED = [f"Acme {thing}, {colour}, for Men" for thing in ("Boots", "Socks", "Hat", "Scarf", "Belt")
         for colour in ("Brown", "Blue")]  # fmt: skip


@pytest.fixture
def files(tmp_path: Path) -> Taste:
    (tmp_path / "terms.csv").write_text("query,volume\nhiking boots,5400\n", encoding="utf-8")
    (tmp_path / "liked.txt").write_text("\n".join(LIKED), encoding="utf-8")
    write_ranking(tmp_path / "ranking.json", WeightedMean({"order": 1.0}))
    return Taste(*(tmp_path / name for name in ("terms.csv", "liked.txt", "ranking.json")))


def test_nothing_given_is_nothing_to_judge_by() -> None:
    taste = Taste()
    assert taste.scorers() == ()
    assert taste.digests() == {}
    assert taste.weigher() is None


def test_each_file_has_its_say(files: Taste) -> None:
    assert [scorer.name for scorer in files.scorers()] == ["demand", "voice"]
    weigher = files.weigher()
    assert isinstance(weigher, WeightedMean)
    assert weigher.weights == {"order": 1.0}
    assert {"demand", "voice"} <= set(WEIGHTS)


def test_terms_that_are_read_already_are_taken(files: Taste) -> None:
    demand = files.demand()
    assert demand is not None
    (scorer, _) = files.scorers(demand)
    assert getattr(scorer, "demand", None) is demand


def test_another_text_has_another_digest(files: Taste) -> None:
    before = files.digests()
    assert set(before) == {"queries", "voice", "ranking"}
    assert files.queries is not None
    files.queries.write_text("query,volume\nboots,1\n", encoding="utf-8")
    after = files.digests()
    assert after["queries"] != before["queries"]
    assert after["voice"] == before["voice"]


def test_files_that_are_no_good_are_named(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    with pytest.raises(FeedError, match=r"--voice .*nowhere can't be read"):
        Taste(voice=nowhere).digests()
    for taste in (Taste(queries=nowhere), Taste(voice=nowhere)):
        with pytest.raises(TitlewrightError, match="nowhere"):
            taste.scorers()
    with pytest.raises(SettingsError, match="nowhere can't be read"):
        Taste(ranking=nowhere).weigher()
