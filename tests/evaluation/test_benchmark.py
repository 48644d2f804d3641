"""The benchmark with a small generator, with and without judgments, and its table."""

import io
import json
import subprocess
import sys
from dataclasses import replace

import pytest
from rich.console import Console

from titlewright.channels import get_channel
from titlewright.errors import FeedError, GeneratorError, SettingsError
from titlewright.evaluation.benchmark import benchmark, read_products, render
from titlewright.evaluation.measures import LOWER_IS_BETTER, MEASURES
from titlewright.records import Alternative, Candidate, Product, Reject, TitleResult, Usage

ROWS = [
    {
        "id": f"p{number}",
        "title": f"Acme {colour} Steel Mug {number}00 ml",
        "description": f"A {colour.lower()} mug made of steel. Holds {number}00 ml of tea.",
        "brand": "Acme",
        "category": ["Kitchen", "Mugs"],
        "attributes": {"colour": colour},
    }
    for number, colour in enumerate(["Blue", "Red", "Green", "Black", "White", "Grey"], 2)
]


class EchoGenerator:
    """Fills its patterns with brand and colour, and remembers what it was shown."""

    model_made = False

    def __init__(self, *patterns, name="echo"):
        self.patterns = patterns or ("{brand} {colour} Mug", "{brand} {colour} Steel Mug")
        self.name = name
        self.shown: list[Product] = []

    def generate(self, products, *, n, hints=None, seed=0):  # noqa: ARG002 - the protocol's
        self.shown += products
        return [
            [
                Candidate(
                    pattern.format(brand=product.brand, colour=product.attributes["colour"]),
                    self.name,
                )
                for pattern in self.patterns[:n]
            ]
            for product in products
        ]


def plain_pipeline(generator, channel, *, candidates, seed):
    """Publishes the first candidate as it is; white products are rejected."""

    def run(products, rows):
        results = []
        for row, product, found in zip(
            rows, products, generator.generate(products, n=candidates, seed=seed), strict=True
        ):
            if product.attributes["colour"] == "White":
                results.append(Reject(row, product.id, "title", "no title", "add facts"))
                continue
            best, *others = found
            results.append(
                TitleResult(
                    row=row,
                    product_id=product.id,
                    channel=channel.name,
                    title=best.text,
                    previous_title="",
                    generator=generator.name,
                    alternatives=tuple(
                        Alternative(other.text, other.generator, None, "longer") for other in others
                    ),
                )
            )
        return results

    return run


@pytest.fixture
def feed(tmp_path):
    path = tmp_path / "feed.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def judgments(tmp_path):
    path = tmp_path / "judgments.csv"
    path.write_text("query,id,grade\nblue mug,p2,3\nred mug,p3,3\nred mug,p2,0\n", encoding="utf-8")
    return path


def run(feed, **options):
    settings = {
        "generator": EchoGenerator(),
        "template": EchoGenerator(name="other"),
        "channel": get_channel("google"),
        "pipeline": plain_pipeline,
    }
    return benchmark(feed, **(settings | options))


def test_the_result_has_the_promised_shape(feed, judgments):
    result = run(feed, judgments=judgments, seed=4)
    assert list(result) == [
        "products", "measures", "intervals", "baselines", "generator", "channel", "seed", "command",
    ]  # fmt: skip
    assert list(result["measures"]) == list(MEASURES)
    assert list(result["baselines"]) == ["seller", "first_12_words", "template"]
    assert (result["products"], result["generator"], result["seed"]) == (6, "echo", 4)
    assert json.loads(json.dumps(result, allow_nan=False)) == result


def test_the_generator_never_sees_a_title(feed):
    generator = EchoGenerator()
    run(feed, generator=generator)
    assert len(generator.shown) == 6
    assert not any(product.title for product in generator.shown)


def test_copies_of_the_title_are_removed_and_counted(tmp_path):
    feed = tmp_path / "leaky.jsonl"
    leaky = ROWS[0] | {"description": f"{ROWS[0]['title']} - our best."}
    feed.write_text(json.dumps(leaky) + "\n" + json.dumps(ROWS[1]), encoding="utf-8")
    generator = EchoGenerator()
    assert run(feed, generator=generator)["measures"]["leaks_removed"] == 1
    assert generator.shown[0].description == "our best"


def test_measures(feed, judgments):
    measures = run(feed, judgments=judgments)["measures"]
    assert measures["rejected_share"] == pytest.approx(1 / 6, abs=1e-4)
    assert (measures["ndcg10"], measures["mrr"]) == (1, 1)
    assert measures["brand_kept"] == 1
    assert measures["unsupported_rate"] == 0
    # "Acme Blue Mug" against "Acme Blue Steel Mug 200 ml": 3 of 3 and of 6 words; one of six is 0.
    assert measures["rouge1"] == pytest.approx(5 / 6 * 2 * (1 * 0.5) / 1.5, abs=1e-4)
    # "acme blue mug" and "acme blue steel mug": 4 different words of 7
    assert measures["distinct1"] == pytest.approx(4 / 7, abs=1e-4)
    assert measures["titles_per_second"] > 0


def test_the_seller_is_its_own_reference(feed):
    seller = run(feed)["baselines"]["seller"]
    assert (seller["rouge1"], seller["rougeL"], seller["chrf"]) == (1, 1, 100)
    assert seller["rejected_share"] == 0
    assert seller["titles_per_second"] is None


def test_unbacked_titles_show(feed):
    measures = run(feed, generator=EchoGenerator("{brand} copper mug 900 ml"))["measures"]
    assert measures["unsupported_rate"] == pytest.approx(2 / 4)
    assert measures["number_errors_per_1000"] == 1000
    assert measures["fact_errors_per_1000"] == 1000


def test_violations_are_counted_per_thousand(feed):
    measures = run(feed, generator=EchoGenerator("mug " * 100))["measures"]
    assert measures["violations_per_1000"] >= 1000


def test_without_judgments_findability_does_not_apply(feed):
    result = run(feed)
    assert result["measures"]["ndcg10"] is None
    assert result["intervals"]["ndcg10"] is None
    assert result["baselines"]["seller"]["mrr"] is None


def test_without_references_overlap_does_not_apply(tmp_path):
    feed = tmp_path / "untitled.jsonl"
    feed.write_text(json.dumps(ROWS[0] | {"title": ""}), encoding="utf-8")
    result = run(feed)
    assert result["measures"]["rougeL"] is None
    assert result["baselines"]["seller"]["rejected_share"] == 1


def test_the_same_seed_gives_the_same_figures(feed, judgments):
    first, second = (run(feed, judgments=judgments, seed=1) for _ in range(2))
    for result in (first, second):
        del result["measures"]["titles_per_second"]
        del result["baselines"]["template"]["titles_per_second"]
    assert first == second


def test_intervals_hold_the_value(feed):
    result = run(feed)
    low, high = result["intervals"]["rouge1"]
    assert low <= result["measures"]["rouge1"] <= high


def test_differences_are_paired(feed):
    result = run(feed)
    assert result["baselines"]["template"]["differences"]["rouge1"] == [0, 0]
    assert result["baselines"]["seller"]["differences"]["rouge1"][1] < 0


def test_a_limit_takes_a_seeded_sample_in_feed_order(feed):
    generator = EchoGenerator()
    assert run(feed, generator=generator, limit=3, seed=2)["products"] == 3
    shown = [product.id for product in generator.shown]
    assert shown == sorted(shown)
    again = EchoGenerator()
    run(feed, generator=again, limit=3, seed=2)
    assert [product.id for product in again.shown] == shown


def test_the_template_is_not_run_twice(feed):
    generator = EchoGenerator()
    run(feed, generator=generator, template=generator)
    assert len(generator.shown) == 6


def test_the_command_can_be_typed_again(feed, judgments):
    command = run(feed, judgments=judgments, limit=4)["command"].split()
    assert command[:3] == ["titlewright", "benchmark", str(feed)]
    assert {"--limit", "4", "--generator", "echo", "--channel", "google"} <= set(command)


def test_progress_is_told(feed):
    steps = []
    run(feed, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (6, 6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no product"),
        ("{", "line 1"),
        ('{"id": "1"}\n{"id": "1"}', "line 2: id '1' stands on line 1"),
        ('\n["mug"]', "line 2"),
        ('{"id": "1", "brand": {"name": "Acme"}}', "brand"),
    ],
)
def test_a_bad_feed_is_named(tmp_path, text, message):
    path = tmp_path / "bad.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FeedError, match=message):
        run(path)


def test_a_missing_feed_is_named(tmp_path):
    with pytest.raises(FeedError, match=r"none\.jsonl"):
        run(tmp_path / "none.jsonl")


def test_products_without_an_id_get_their_line(tmp_path):
    path = tmp_path / "feed.jsonl"
    path.write_text('{"title": "A mug"}\n\n{"title": "A cup"}', encoding="utf-8")
    assert [product.id for product in read_products(path)] == ["line-1", "line-3"]


@pytest.mark.parametrize("option", [{"limit": 0}, {"candidates": 0}])
def test_options_must_make_sense(feed, option):
    with pytest.raises(SettingsError, match="must be 1 or more, not 0"):
        run(feed, **option)


@pytest.mark.parametrize(("usage", "measured"), [(Usage(), False), (Usage(90, 5, 0.1), True)])
def test_a_server_that_is_down_says_nothing_of_its_titles(feed, usage, measured):
    """One that was asked, was paid and wrote no title does."""

    def rejecting(generator, channel, *, candidates, seed):
        made = plain_pipeline(generator, channel, candidates=candidates, seed=seed)

        def owing(products, rows):
            return [
                replace(one, again=True, usage=usage) if isinstance(one, Reject) else one
                for one in made(products, rows)
            ]

        return owing

    if measured:
        share = run(feed, pipeline=rejecting)["measures"]["rejected_share"]
        assert share == pytest.approx(1 / 6, abs=1e-3)
    else:
        with pytest.raises(GeneratorError, match="Not measured: no title add facts"):
            run(feed, pipeline=rejecting)


def test_the_shipped_pipeline_and_template(feed):
    result = benchmark(feed, generator=EchoGenerator(), channel=get_channel("google"))
    assert result["measures"]["violations_per_1000"] == 0
    assert result["measures"]["unsupported_rate"] == 0
    assert result["baselines"]["template"]["rejected_share"] == 0


def test_render_marks_wins_and_losses(feed, judgments):
    console = Console(width=160, file=io.StringIO())
    console.print(render(run(feed, judgments=judgments)))
    text = console.file.getvalue()
    assert "echo on google, 6 products" in text
    (rouge,) = [line for line in text.splitlines() if "rouge1" in line]
    assert "1.000 ▼" in rouge
    assert "ndcg10" in text


def test_better_means_lower_for_errors():
    assert {"unsupported_rate", "rejected_share", "violations_per_1000"} <= LOWER_IS_BETTER
    assert not {"ndcg10", "rouge1", "titles_per_second", "leaks_removed"} & LOWER_IS_BETTER


def test_importing_loads_nothing_heavy():
    heavy = ("numpy", "sacrebleu", "rouge_score", "bm25s", "pyarrow", "nltk")
    script = (
        "import sys, titlewright.evaluation.benchmark, titlewright.evaluation.detection;"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
