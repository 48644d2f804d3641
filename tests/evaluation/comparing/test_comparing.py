"""A comparison of quick entrants from feed to page, and what goes on after a kill."""

from __future__ import annotations

import importlib
import json
import math
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from titlewright import generators
from titlewright.errors import ChannelError, FeedError, ResumeError, SettingsError, TrainingError
from titlewright.evaluation.comparing import run
from titlewright.evaluation.comparing.copying import measure_copying
from titlewright.evaluation.comparing.entrants import entrants, joins
from titlewright.evaluation.comparing.judging import measure_judge
from titlewright.evaluation.comparing.page import game_chart
from titlewright.evaluation.comparing.run import Comparison
from titlewright.evaluation.comparing.tables import markdown
from titlewright.generators import families, judges
from titlewright.generators.saved import save_whole, write_model_json
from titlewright.neural.settings import TrainingSettings
from titlewright.records import Candidate, Product, Score
from titlewright.training import runs


def write_feed(path: Path, rows: int = 120) -> Path:
    """Lamps whose titles follow from their attributes."""
    colours, kinds = ("red", "blue", "green", "black"), ("desk lamp", "floor lamp", "wall light")
    lines = []
    for number in range(rows):
        colour, kind = colours[number % 4], kinds[number % 3]
        brand, model = f"Brand{'abcdefgh'[number % 8]}", f"LX-{number:03}"
        lines.append(
            json.dumps(
                {
                    "id": str(number),
                    "title": f"{brand} {model} {kind} {colour}".title().replace("Lx", "LX"),
                    "brand": brand,
                    "description": f"A {colour} {kind} for every room, model {model}, number "
                    f"{number} of our range, with a long cable and a warm light.",
                    "attributes": {"color": colour, "model": model},
                }
            )
        )
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("comparing")
    comparison = Comparison(
        write_feed(folder / "feed.jsonl"), folder / "out", ("template", "ngram", "ensemble"),
        minutes=0.1, limit=8,
    )  # fmt: skip
    return comparison, comparison.execute()


def test_everyone_is_measured_on_the_same_products(done: tuple[Comparison, Any]) -> None:
    _, result = done
    assert [one["name"] for one in result["entrants"]] == ["ngram", "template", "ensemble"]
    assert {one["benchmark"]["products"] for one in result["entrants"]} == {result["products"]}
    assert result["products"] <= 8
    for one in result["entrants"][1:]:
        assert one["benchmark"]["baselines"]["ngram"]["rougeL"] is not None
    assert [one["name"] for one in result["judges"]] == ["ngram"]


def test_the_ensemble_is_no_worse_on_dev_than_its_best_member(done: tuple[Any, Any]) -> None:
    told = done[1]["entrants"][-1]["training"]["dev"]
    assert told["rougeL"] >= told["best_member"]


def test_it_is_written_as_table_and_page(done: tuple[Comparison, Any]) -> None:
    comparison, result = done
    table = (comparison.output / "table.md").read_text(encoding="utf-8")
    assert table == markdown(result)
    assert table.count("\n| ensemble") == 3
    page = (comparison.output / "report.html").read_text(encoding="utf-8")
    assert "Quality against speed" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_asked_again_it_does_only_what_is_missing(done: tuple[Comparison, Any]) -> None:
    comparison, result = done
    (comparison.output / "results" / "ensemble.json").unlink()
    began: list[tuple[str, str]] = []
    again = comparison.execute(
        on_start=lambda one, what: began.append((one.name if one else "all", what))
    )
    assert began == [("ensemble", "train"), ("ensemble", "measure"), ("all", "time")]
    for one, before in zip(again["entrants"][:2], result["entrants"][:2], strict=True):
        assert one["benchmark"] == before["benchmark"]
        assert one["titles_per_second"] > 0


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The smallest family that learns in steps, as one of those that are compared."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    family = generators._Family("toy_family:ToyGenerator", ready=False)
    monkeypatch.setitem(generators._FAMILIES, "toy", family)
    return importlib.import_module("toy_family").ToyGenerator


def test_what_was_known_before_is_told_without_training_twice(
    tmp_path: Path, toy: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TrainingSettings] = []
    fit = toy.fit

    def counted(self: Any, examples: Any, **how: Any) -> Any:
        asked.append(how["settings"])
        return fit(self, examples, **how)

    monkeypatch.setattr(toy, "fit", counted)
    feed = write_feed(tmp_path / "feed.jsonl", 60)
    result = Comparison(feed, tmp_path / "out", ("toy",), minutes=0.005, limit=4).execute()
    told = result["entrants"][0]["training"]
    assert told["untrained"]["loss"] == pytest.approx(math.log(2))  # it knew nothing
    assert told["dev"]["loss"] < told["untrained"]["loss"]
    assert [(one.minutes, one.checkpoint_minutes) for one in asked] == [(0.005, 2.0)]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (TrainingError("The gradients were not finite."), "The gradients were not finite."),
        (RuntimeError("3 rows, not 4"), "RuntimeError: 3 rows, not 4"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_one_that_fails_stops_nobody_and_is_tried_again(
    tmp_path: Path, toy: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, why: str
) -> None:
    def failing(_self: Any, _examples: Any, **_how: Any) -> Any:
        raise error

    feed = write_feed(tmp_path / "feed.jsonl", 60)
    wanted = ("toy", "ngram", "template")
    comparison = Comparison(feed, tmp_path / "out", wanted, minutes=0.005, limit=4)
    told: list[tuple[str, str]] = []
    with monkeypatch.context() as patch:
        patch.setattr(toy, "fit", failing)
        result = comparison.execute(
            on_failure=lambda one, why: told.append((one.name if one else "all", why))
        )
    assert told == [("toy", why)]
    assert result["failed"] == [{"name": "toy", "why": why}]
    assert [one["name"] for one in result["entrants"]] == ["ngram", "template"]
    for name in ("table.md", "report.html"):
        assert why in (comparison.output / name).read_text(encoding="utf-8")
    began: list[str] = []
    again = comparison.execute(on_start=lambda one, _what: began.append(one.name if one else ""))
    assert began == ["toy", "toy", ""]
    assert again["failed"] == []
    assert len(again["entrants"]) == 3


def test_a_stranger_s_version_is_no_comparison(
    done: tuple[Comparison, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "__version__", "9.9")
    with pytest.raises(ResumeError, match=r"version 0\.\S+, not 9\.9"):
        done[0].execute()


def test_who_is_in_the_ensemble_does_not_hang_on_the_machine(
    done: tuple[Comparison, dict[str, Any]], tmp_path: Path
) -> None:
    assert done[1]["entrants"][-1]["members"] == ["ngram", "template"]
    write_model_json(tmp_path, "smollm")
    assert not joins(str(tmp_path))
    assert not joins("llm")
    assert joins("compact")


def test_an_ensemble_with_a_pretrained_member_has_its_mark_too(
    done: tuple[Comparison, dict[str, Any]], tmp_path: Path
) -> None:
    comparison, result = done
    assert not any(one["pretrained"] for one in result["entrants"])
    own = tmp_path / "own"  # a model that is there counts as one that had learnt before
    shutil.copytree(comparison.output / "models" / "ngram", own)
    wanted = ("template", str(own), "ensemble")
    shown = Comparison(comparison.data, tmp_path / "out", wanted, minutes=0.1, limit=4).execute()
    marked = {one["name"]: one["pretrained"] for one in shown["entrants"]}
    assert marked == {"template": False, "own": True, "ensemble": True}
    assert "| ensemble * |" in markdown(shown)


class KilledError(BaseException):
    """As a kill would: nothing may catch it."""


def test_a_kill_right_after_a_model_is_saved_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = write_feed(tmp_path / "feed.jsonl", 60)
    comparison = Comparison(feed, tmp_path / "out", ("ngram",), minutes=0.1, limit=4)

    def killed(*saved: Any) -> None:
        save_whole(*saved)
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(runs, "save_whole", killed)
        with pytest.raises(KilledError):
            comparison.execute()
    began: list[str] = []
    again = comparison.execute(on_start=lambda _one, what: began.append(what))
    assert again["entrants"][0]["training"]["steps"] > 0
    assert began == ["train", "measure", "time"]


def test_a_folder_holds_one_comparison(done: tuple[Comparison, Any]) -> None:
    comparison, _ = done
    other = Comparison(comparison.data, comparison.output, minutes=9.0)
    with pytest.raises(ResumeError, match=r"minutes 0\.1, not 9\.0"):
        other.execute()


def test_minutes_that_cant_be_are_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="minutes must be above 0, not 0"):
        Comparison(tmp_path / "feed.csv", tmp_path / "out", minutes=0)


def test_a_feed_that_is_no_good_can_be_mended_and_asked_again(tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("id,label,description\n1,Red mug,A mug\n", encoding="utf-8")
    with pytest.raises(FeedError, match="--map COLUMN=title"):
        Comparison(feed, tmp_path / "out", ("ngram",)).execute()
    mended = write_feed(tmp_path / "mended.jsonl", 60)
    renamed = mended.read_text(encoding="utf-8").replace('"title"', '"label"')
    mended.write_text(renamed, encoding="utf-8")
    comparison = Comparison(
        mended, tmp_path / "out", ("ngram",), minutes=0.1, limit=4, columns={"label": "title"}
    )
    assert comparison.execute()["products"] > 0


def test_all_means_every_family_that_needs_nothing_of_the_user() -> None:
    found = [one.name for one in entrants(["all"])]
    assert {*families()} - {*found} == {"huggingface", "smollm"}  # named only
    assert [one.name for one in entrants(["smollm"])] == ["smollm"]
    assert found[0] == "ngram"
    assert found[len(found) - len(judges()) - 1] == "ensemble"


def test_who_is_unknown_is_named() -> None:
    with pytest.raises(SettingsError, match="'nobody' is no family"):
        entrants(["lstm", "nobody"])


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("lstm", "old/lstm"):
        (tmp_path / folder).mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"Two are called lstm\. Rename the folder .*old"):
        entrants([str(tmp_path / "lstm"), str(tmp_path / "old" / "lstm")])


def test_an_ensemble_of_nobody_is_refused() -> None:
    with pytest.raises(SettingsError, match="ensemble needs others"):
        entrants(["ensemble", "cnn"])


class Writes:
    """A generator with one title for everything."""

    name, model_made = "writes", True

    def __init__(self, title: str) -> None:
        self.title = title

    def generate(self, products: Any, **_asked: Any) -> Any:
        return [[Candidate(self.title, self.name)] for _ in products]


def writes(title: str) -> Any:
    return Writes(title)


def test_codes_are_right_where_the_product_states_them() -> None:
    product = Product(id="1", description="The WH-1000XM5 headphones", attributes={"mpn": "AB12"})
    told = measure_copying(writes("Sony WH-1000XM5 X99"), [product], ["Sony WH-1000XM5 AB12 Z7"])
    assert told == {
        "written": 2, "right": 0.5, "stated": 2, "kept": 0.5, "models": 1, "model_kept": 0.0,
    }  # fmt: skip
    assert measure_copying(writes("Sony"), [product], ["Sony"])["right"] is None


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Sony WH-1000XM5 headphones", 1.0),
        ("Sony 30h headphones, 250g, USB-C3", 0.0),  # codes that stand in the product, all right
        ("Sony WH-1000XM55 headphones", 0.0),
        ("Sony wh-1000xm5 headphones", 0.0),
        ("索尼WH-1000XM5耳机", 1.0),
    ],
)
def test_a_model_is_kept_only_by_writing_that_very_model(title: str, kept: float) -> None:
    product = Product(
        id="1", description="30h, 250g, USB-C3", attributes={"Model": "WH-1000XM5", "mpn": "X7/B"}
    )
    told = measure_copying(writes(title), [product], ["Sony WH-1000XM5, black"])
    assert (told["models"], told["model_kept"]) == (1, kept)


def test_a_model_that_the_seller_leaves_out_or_that_is_a_name_is_none_to_keep() -> None:
    product = Product(id="1", attributes={"Model": "Aspire Vero", "mpn": "NX.K3XEF"})
    told = measure_copying(writes("Acer"), [product], ["Acer Aspire Vero laptop"])
    assert (told["models"], told["model_kept"]) == (0, None)


def test_of_a_model_that_is_a_phrase_its_codes_are_to_keep() -> None:
    product = Product(id="1", attributes={"Model": "Scart cable SWV2540W/10, 1.5 m", "mpn": "4338"})
    seller = "Philips Scart cable SWV2540W/10 4338"
    for title, kept in (
        ("Philips SWV2540W/10 Scart Cable 4338", 1.0),
        ("Philips SWV2540W Scart Cable 4338", 0.0),
        ("Philips Scart 4338", 0.0),
    ):
        told = measure_copying(writes(title), [product], [seller])
        assert (told["models"], told["model_kept"]) == (1, kept)


class Knows:
    """A judge that knows the right titles."""

    name = "knows"

    def __init__(self, titles: set[str]) -> None:
        self.titles = titles

    def score(self, _product: Product, candidates: Any) -> list[Score]:
        return [
            Score(self.name, 0.9 if candidate.text in self.titles else 0.2)
            for candidate in candidates
        ]


def knows(titles: set[str]) -> Any:
    return Knows(titles)


def test_a_judge_that_knows_wins_and_its_calibration_is_what_it_is() -> None:
    products = [Product(id=str(number), category=("lamps",)) for number in range(6)]
    titles = [f"Oak lamp with shade number {number}" for number in range(6)]
    told = measure_judge(knows(set(titles)), products, titles)
    assert told["spoilt"] == 1.0
    assert told["other"] == 0.5  # another's title is a right one to this judge


def test_a_judge_tells_what_it_learnt_and_a_writer_not() -> None:
    """A GAN's losses are of its titles: beside its judge's verdicts they would say nothing."""
    losses = {"untrained": {"loss": 0.6931}, "dev": {"loss": 0.1727}}
    verdicts = {
        "other": 1.0, "other_interval": [1, 1], "spoilt": 0.9, "spoilt_interval": [0.8, 1],
        "ece": 0.01, "titles_per_second": 9.0,
    }  # fmt: skip
    both = [
        {"name": name, "judge": name == "cnn", "pretrained": False, "judging": verdicts,
         "training": losses} for name in ("cnn", "gan")
    ]  # fmt: skip
    table = markdown({"entrants": [], "judges": both, "baselines": {}})
    rows = {line.split(" | ")[0]: line for line in table.splitlines()}
    assert "| 0.693 | 0.173 |" in rows["| cnn"]
    assert "0.693" not in rows["| gan"]


def test_a_gan_shows_what_it_did_against_its_judge() -> None:
    """Its phases: likelihood, the judge alone (no line), both."""
    curve = [
        {"seconds": 10.0, "rougeL": 0.5},
        {"seconds": 12.0, "accuracy": 0.9},
        {"seconds": 15.0, "rougeL": 0.6, "reward": 0.4, "distinct2": 0.7},
    ]
    entrants = [{"name": "ngram"}, {"name": "gan", "training": {"curve": curve}}]
    lines = {line["name"]: line["points"] for line in game_chart({"entrants": entrants})["points"]}
    assert lines["ROUGE-L"] == [{"x": 10.0, "y": 0.5}, {"x": 15.0, "y": 0.6}]
    assert [points for name, points in lines.items() if "distinct" in name] == [
        [{"x": 15.0, "y": 0.7}]
    ]
    assert not game_chart({"entrants": entrants[:1]})["points"]


def test_what_is_mistaken_is_told_before_the_training_and_can_be_mended(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.jsonl", 60)
    out, wanted = tmp_path / "out", ("ngram",)
    began: list[str] = []
    for channel, test in (("gogle", None), ("google", tmp_path / "tset.jsonl")):
        with pytest.raises((ChannelError, FeedError)):
            Comparison(
                feed, out, wanted, minutes=0.01, limit=4, channel=channel, test=test
            ).execute(on_start=lambda _one, what: began.append(what))
    assert not began
    result = Comparison(feed, out, wanted, minutes=0.01, limit=4, test=feed).execute()
    assert [one["name"] for one in result["entrants"]] == ["ngram"]


def test_a_comparison_that_was_moved_goes_on(done: tuple[Comparison, Any], tmp_path: Path) -> None:
    comparison, result = done
    moved = tmp_path / "elsewhere"
    shutil.copytree(comparison.output, moved)
    again = replace(comparison, output=moved).execute()
    assert {Path(one["place"]).parent for one in again["entrants"] if one["family"]} == {
        moved / "models"
    }
    assert len(again["entrants"]) == len(result["entrants"])


def test_one_measured_before_the_n_gram_is_measured_beside_it_later(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.jsonl")
    first = Comparison(feed, tmp_path / "out", ("template",), minutes=0.1, limit=8)
    (alone,) = first.execute()["entrants"]
    assert "ngram" not in alone["benchmark"]["baselines"]
    _, beside = replace(first, wanted=("template", "ngram")).execute()["entrants"]
    assert beside["benchmark"]["baselines"]["ngram"]["differences"]["rougeL"]
    for measure in ("rougeL", "chrf", "rejected_share"):
        ours, before = beside["benchmark"]["measures"], alone["benchmark"]["measures"]
        assert ours[measure] == before[measure]
    began: list[str] = []
    replace(first, wanted=("template", "ngram")).execute(
        on_start=lambda _one, what: began.append(what)
    )
    assert began == ["time"]


def test_one_that_can_t_be_asked_any_more_keeps_its_row(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed.jsonl")
    comparison = Comparison(feed, tmp_path / "out", ("ngram", "template"), minutes=0.1, limit=8)
    comparison.execute()
    path = tmp_path / "out" / "results" / "template.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    del known["benchmark"]["baselines"]["ngram"]
    path.write_text(json.dumps(known | {"place": "nowhere", "family": ""}), encoding="utf-8")
    why: list[str] = []
    result = comparison.execute(on_failure=lambda _one, reason: why.append(reason))
    assert [one["name"] for one in result["entrants"]] == ["ngram", "template"]
    assert not result["failed"]
    assert "not measured beside the ngram" in why[0]
    assert "nowhere" in why[0]


def test_one_measured_before_the_n_gram_is_marked_as_such() -> None:
    measures = dict.fromkeys(
        ("rougeL", "rouge1", "chrf", "unsupported_rate", "fact_errors_per_1000",
         "violations_per_1000", "rejected_share", "brand_kept", "distinct1", "distinct2",
         "self_bleu"), 0.5,
    )  # fmt: skip
    one = {
        "name": "lstm", "pretrained": False, "titles_per_second": 1.0,
        "benchmark": {"measures": measures, "intervals": {"rougeL": [0.4, 0.6]}, "baselines": {}},
    }  # fmt: skip
    assert "| 0.500 ? |" in markdown({"entrants": [one], "judges": [], "baselines": {}})


def test_a_file_that_was_changed_is_other_data(tmp_path: Path) -> None:
    """Else results of before and after would stand in one table."""
    feed = write_feed(tmp_path / "feed.jsonl", 60)
    asked = Comparison(feed, tmp_path / "out", ("ngram",), minutes=0.01, limit=4)
    asked.execute()
    write_feed(feed, 59)
    with pytest.raises(ResumeError, match="was made with other data"):
        asked.execute()
