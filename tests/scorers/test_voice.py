"""Brand voice: learnt from few titles, calibrated on them, and it says what differs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.errors import FeedError, SettingsError
from titlewright.records import Candidate, Product
from titlewright.scorers.voice import VoiceScorer
from titlewright.scorers.voice.examples import LikedTitle, read_examples, with_common_brand
from titlewright.scorers.voice.figures import FIGURES, NAMES, figures
from titlewright.scorers.voice.likeness import Likeness

PRODUCT = Product(id="1", brand="Nordvik")
COLOURS = ("Red", "Blue", "Green", "Black", "White", "Grey")
OURS = [
    f"Nordvik Women {colour} Solid {thing}"
    for colour in COLOURS
    for thing in ("Cotton Shirt", "Linen Dress", "Wool Coat")
]
THEIRS = [
    f"{thing.lower()}, {colour.lower()} - made by Nordvik | {size} ml"
    for colour in COLOURS
    for thing, size in (("Steel Mug", 300), ("Glass Jug", 900))
]
CHINESE = [
    f"雪花{kind}啤酒{size}ml*{count}瓶"
    for kind in ("清爽", "纯生", "经典")
    for size, count in ((330, 6), (500, 12), (640, 24), (500, 6))
]


@pytest.fixture(scope="module")
def ours() -> VoiceScorer:
    return VoiceScorer.of_titles(OURS)


def judge(scorer: VoiceScorer, title: str, product: Product = PRODUCT) -> tuple[float, str]:
    (score,) = scorer.score(product, [Candidate(title, "me")])
    assert score.name == "voice"
    return score.value, "; ".join(score.reasons)


def test_the_examples_own_titles_are_in_the_middle(ours: VoiceScorer) -> None:
    values = [judge(ours, title)[0] for title in OURS]
    assert np.median(values) == pytest.approx(0.5, abs=0.2)
    new = [judge(ours, f"Nordvik Women {c} Solid Cotton Dress")[0] for c in COLOURS]
    assert np.median(new) == pytest.approx(0.5, abs=0.3)


def test_each_voice_prefers_its_own(ours: VoiceScorer) -> None:
    theirs = VoiceScorer.of_titles(THEIRS)
    one, other = "Nordvik Women Yellow Solid Wool Dress", "wool dress, yellow - made by Nordvik"
    assert judge(ours, one)[0] > judge(ours, other)[0]
    assert judge(theirs, other)[0] > judge(theirs, one)[0]


def test_a_title_farther_off_is_lower_even_outside_the_examples_range(ours: VoiceScorer) -> None:
    near = judge(ours, "Nordvik Women's Yellow Dress, Solid")[0]
    far = judge(ours, "yellow dress!!! 100 % wool, super soft | made by nordvik")[0]
    assert 0 <= far < near < 0.5


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        (" ".join(["Nordvik Women Red Solid Cotton Shirt"] * 2), "2.0 times as long"),
        ("Nordvik", "shorter than your titles"),
        ("Women Red Solid Cotton Shirt Nordvik", "your titles name the brand earlier"),
        ("Women Red Solid Cotton Shirt", "your titles name the brand"),
        ("nordvik women red solid cotton shirt", "your titles have less in small letters"),
        ("NORDVIK WOMEN RED SOLID COTTON SHIRT", "your titles have less in capitals"),
        ("Nordvik, Women, Red Solid Cotton Shirt", "your titles use no commas"),
        ("Nordvik Women Red Solid Cotton Shirt | XL", "your titles use no bars"),
        ("Nordvik Women Solid Cotton Shirt Red", "your titles tell the colour earlier"),
        ("Nordvik Women Solid Cotton Shirt", "your titles tell the colour"),
        ("Nordvik Women Red Solid Cotton Shirt 500 ml", "your titles don't tell the measures"),
    ],
)
def test_what_differs_is_named(ours: VoiceScorer, title: str, reason: str) -> None:
    assert reason in judge(ours, title)[1]


def test_nothing_is_named_where_nothing_differs(ours: VoiceScorer) -> None:
    assert judge(ours, OURS[0])[1] == "in the style of your examples"


def test_chinese_titles_have_a_voice() -> None:
    scorer = VoiceScorer.of_titles(CHINESE)
    product = Product(id="1", brand="雪花")
    close, _ = judge(scorer, "雪花清爽啤酒330ml*24瓶", product)
    far, reason = judge(scorer, "【热卖】送礼首选！雪花清爽啤酒，口感醇厚，聚会必备！", product)
    assert close > 0.3 > far
    assert "as long as your titles" in reason


def test_the_brand_may_be_told_by_where_titles_begin() -> None:
    assert {title.brand for title in with_common_brand([LikedTitle(t) for t in OURS])} == {
        "Nordvik"
    }
    women = [LikedTitle(title.removeprefix("Nordvik ")) for title in OURS]
    assert with_common_brand(women) == women
    different = [LikedTitle(f"{number} mugs") for number in range(10)]
    assert {title.brand for title in with_common_brand(different)} == {""}
    known = [LikedTitle("Nordvik Mug", "Mug"), LikedTitle("Nordvik Jug")]
    assert with_common_brand(known) == known


def test_a_text_file_has_a_title_a_line(tmp_path: Path) -> None:
    path = tmp_path / "liked.txt"
    path.write_text("\ufeff" + "\n\n".join(OURS) + "\n", encoding="utf-8")
    assert [title.text for title in read_examples(path)] == OURS
    loaded, given_ = VoiceScorer.of_file(path), VoiceScorer.of_titles(OURS)
    assert judge(loaded, THEIRS[0]) == judge(given_, THEIRS[0])


def test_a_feed_gives_titles_and_brands(save_csv: Callable[..., Path], tmp_path: Path) -> None:
    table = [["id", "title", "brand"], *([str(n), t, "Nordvik"] for n, t in enumerate(OURS))]
    path = save_csv(table)
    assert read_examples(path) == [LikedTitle(title, "Nordvik") for title in OURS]
    lines = tmp_path / "feed.jsonl"
    rows = [{"id": n, "title": t, "brand": "Nordvik"} for n, t in enumerate(OURS)]
    lines.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert read_examples(lines) == read_examples(path)


def test_too_few_titles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"at least 10 different titles\. There are 1"):
        VoiceScorer.of_titles(["Mug"] * 20)
    path = tmp_path / "few.txt"
    path.write_text("Mug\nJug\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"few\.txt: .*There are 2\. Put more"):
        VoiceScorer.of_file(path)


def test_files_that_cant_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"none\.txt can't be read"):
        VoiceScorer.of_file(tmp_path / "none.txt")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("Grüne Tasse".encode("cp1252"))
    with pytest.raises(FeedError, match="isn't UTF-8"):
        VoiceScorer.of_file(latin)


def test_examples_that_are_alike_can_be_compared_with() -> None:
    scorer = VoiceScorer.of_titles([f"Mug No. {number}" for number in range(10)])
    assert judge(scorer, "Mug No. 11")[0] > judge(scorer, "A very long title about a mug")[0]


def test_many_examples_are_thinned_out_evenly() -> None:
    scorer = VoiceScorer.of_titles([f"Mug No. {number} in Red" for number in range(1200)])
    assert 0.2 < judge(scorer, "Mug No. 1300 in Red")[0] < 0.8


def test_figures_are_named_once_and_told_for_any_title() -> None:
    assert len(set(NAMES)) == len(FIGURES)
    row = dict(zip(NAMES, figures("Nordvik Mug, Red 500 ml", "Nordvik"), strict=True))
    assert row["brand place"] == 0
    assert row[","] == row["colour"] == row["quantity"] == 1
    assert row["material"] == 0
    assert np.isnan(row["material place"])


def test_an_example_isnt_compared_with_itself() -> None:
    titles = [LikedTitle("red mug"), LikedTitle("blue jug")]
    left_out = Likeness.of(titles).to(titles[0], among=True)
    assert left_out == pytest.approx(Likeness.of(titles[1:]).to(titles[0]))


@given(titles=st.lists(st.text(max_size=50), max_size=4), brand=st.text(max_size=8))
def test_any_text_has_a_score_of_its_own(ours: VoiceScorer, titles: list[str], brand: str) -> None:
    product = Product(id="1", brand=brand)
    candidates = [Candidate(title, "me") for title in titles]
    before = copy.deepcopy(candidates)
    scores = ours.score(product, candidates)
    assert all(0 <= score.value <= 1 and score.reasons for score in scores)
    assert ours.score(product, candidates[::-1]) == scores[::-1]
    assert [ours.score(product, [one])[0] for one in candidates] == scores
    assert candidates == before


@given(st.lists(st.text(min_size=1, max_size=20), min_size=10, max_size=12, unique=True))
def test_any_examples_make_a_voice(titles: list[str]) -> None:
    said = {title for title in titles if title.strip()}
    if len(said) < 10:
        with pytest.raises(SettingsError, match="at least 10"):
            VoiceScorer.of_titles(titles)
        return
    value, _ = judge(VoiceScorer.of_titles(titles), titles[0])
    assert 0 <= value <= 1
