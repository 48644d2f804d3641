"""The command for audiences and their part of the results: titles, words, and nobody's name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from numpy.random import Generator

from titlewright.learning.records import Event, Title
from titlewright.learning.results import analyse
from titlewright.learning.results.page import to_html
from titlewright.learning.shoppers import Shoppers
from titlewright.learning.store import open_store
from titlewright.settings import load_settings

SHOPPERS = Shoppers(b"a key that is long enough")
LIKES = {"cosy": "warm", "thrifty": "bargain"}


@pytest.fixture
def recorded(rng: Generator) -> None:
    """Eight products with five titles; two segments of 150 shoppers with opposite tastes, and one
    of ten who like what nobody else does."""
    events = []
    with open_store(load_settings()) as store:
        for product in range(8):
            texts = ("warm red hat", "warm hat", "bargain red hat", "bargain hat", "red hat")
            store.remember(Title(text, f"p{product}", text) for text in texts)
            for segment, shoppers, shown in (("cosy", 150, 200), ("thrifty", 150, 200),
                                             ("tiny", 10, 30)):  # fmt: skip
                for text in texts:
                    liked = LIKES.get(segment, "red hat") in text
                    for at in range(shown):
                        name = f"{product} {segment} {text} {at}"
                        who = SHOPPERS.hashed(f"{segment}-{at % shoppers}@example.com")
                        events.append(
                            Event(
                                name,
                                "impression",
                                10.0,
                                f"p{product}",
                                text,
                                who=who,
                                segments=(segment,),
                                features={"price_band": 0.9},
                            )
                        )
                        if rng.random() < (0.3 if liked else 0.1):
                            events.append(Event(f"c {name}", "click", 11.0, f"p{product}", text,
                                                impression=name))  # fmt: skip
        store.append(events)


def test_the_command_says_what_each_large_segment_gets(titlewright, recorded: None) -> None:
    told = json.loads(titlewright("personal", "--json").out)
    segments = {one["segments"][0]: one for one in told["audiences"]}
    assert set(segments) == {"cosy", "thrifty"}  # ten shoppers are too few
    for name, liked in LIKES.items():
        assert segments[name]["prefer"][0] == liked
        for choice in segments[name]["choices"]:
            assert liked in choice["title"]
    assert segments["cosy"]["choices"] or segments["thrifty"]["choices"]
    shown = titlewright("personal").out
    assert "prefer: warm" in shown
    cut = json.loads(titlewright("personal", "--cut", "price_band=0.3,0.7", "--json").out)
    assert "price_band 2" in {one["segments"][0] for one in cut["audiences"]}


def test_hints_for_an_audience_name_nobody(titlewright, recorded: None, tmp_path: Path) -> None:
    hints = tmp_path / "hints.json"
    ran = titlewright("personal", "--segment", "cosy", "--segment", "tiny", "-o", hints)
    assert ran.code == 0, ran.err
    told = hints.read_text()
    assert json.loads(told)[""]["prefer"][0] == "warm"
    for word in ("cosy", "tiny", "who:", "price_band", "@"):
        assert word not in told
    ran = titlewright("title", "A hat. Warm, red, wool.", "--hints", hints)
    assert "warm" in ran.out.splitlines()[0].lower()
    lonely = json.loads(titlewright("personal", "--segment", "tiny", "--json").out)
    (audience,) = lonely["audiences"]
    assert (audience["segments"], audience["choices"]) == ([], [])  # as everybody
    assert "Whose hints?" in titlewright("personal", "-o", hints).err
    assert titlewright("personal", "--feature", "price_band").code == 2
    assert titlewright("personal", "--feature", "price_band=much").code == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--feature", "price_band=0.9"], "makes no segment without its cuts: --cut price_band="),
        (["--feature", "price_band=0.5,0.7", "--cut", "price_band=0.3"], "are 2 numbers"),
        (["--cut", "price_band=0.3", "--cut", "price_band=0.7"], "price_band is given twice"),
        (["--cut", "price_band=nan"], "is no number"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_what_makes_no_audience_is_refused(
    titlewright, recorded: None, asked: list[str], said: str
) -> None:
    ran = titlewright("personal", *asked)
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


def test_the_results_show_words_and_audiences_and_no_shopper(recorded: None) -> None:
    with open_store(load_settings()) as store:
        analysis = analyse(store)
    assert [one["segments"] for one in analysis["audiences"]] == [["cosy"], ["thrifty"]]
    assert {one["feature"] for one in analysis["words"]["effects"]} >= {"warm", "bargain"}
    page = to_html(analysis)
    assert "Words that sell" in page
    assert "Audiences" in page
    assert "who:" not in json.dumps(analysis) + page
