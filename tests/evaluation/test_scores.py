"""Each measure against figures worked out by hand, or against the library it stands on."""

import math

import numpy as np
import pytest

from titlewright.errors import FeedError
from titlewright.evaluation.baselines import first_words
from titlewright.evaluation.bootstrap import Sample, difference_interval, interval, mean_of
from titlewright.evaluation.detection import measure_detector, word_set_rule
from titlewright.evaluation.findability import (
    find_scores,
    ndcg,
    read_judgments,
    reciprocal_rank,
)
from titlewright.evaluation.overlap import overlaps
from titlewright.evaluation.planted import Case
from titlewright.evaluation.stated import Stated
from titlewright.evaluation.truth import confirmed, fact_error, judge_truth
from titlewright.records import Evidence, Inference, Product, Span
from titlewright.text.diversity import distinct, self_bleu
from titlewright.text.leak import without_title
from titlewright.text.tokens import words


class TestTokens:
    def test_chinese_by_character_beside_words(self):
        assert words("T恤 500ML größe") == ["t", "恤", "500ml", "grösse"]

    def test_signs_are_no_words(self):
        assert words("™ – 【】") == []
        assert words("Core™2") == ["core", "2"]


class TestOverlap:
    def test_ascii_text_scores_as_rouge_score_does(self):
        from rouge_score.rouge_scorer import RougeScorer

        title, reference = "Acme running shoes, blue (size 9.5)", "Acme Men's Blue Running Shoe"
        expected = RougeScorer(["rouge1", "rougeL"], use_stemmer=True).score(reference, title)
        (found,) = overlaps([title], [reference])
        assert found.rouge1 == pytest.approx(expected["rouge1"].fmeasure)
        assert found.rougeL == pytest.approx(expected["rougeL"].fmeasure)

    def test_chinese_by_character(self):
        (found,) = overlaps(["黑色衬衫"], ["衬衫黑色"])
        assert found.rouge1 == 1
        assert found.rougeL == 0.5

    def test_letters_beyond_ascii_count(self):
        (found,) = overlaps(["Größe"], ["Gruße"])
        assert found.rouge1 == 0

    def test_the_same_title_and_none(self):
        same, none = overlaps(["Blue mug", ""], ["Blue mug", "Blue mug"])
        assert same == (1, 1, pytest.approx(100))
        assert none == (0, 0, 0)


class TestDiversity:
    def test_distinct(self):
        assert distinct(["blue mug", "blue cup"], 1) == 3 / 4
        assert distinct(["blue mug", "blue mug"], 2) == 1 / 2

    def test_one_candidate_has_no_diversity(self):
        assert distinct(["blue mug"], 1) is None
        assert self_bleu(["blue mug"]) is None

    def test_no_pairs_of_words(self):
        assert distinct(["mug", "cup"], 2) is None

    def test_self_bleu(self):
        assert self_bleu(["a fine blue steel mug"] * 2) == pytest.approx(100)
        assert self_bleu(["a fine blue steel mug", "zwölf rote alte tassen hier"]) < 5


class TestBootstrap:
    def test_value_is_a_ratio_of_sums(self):
        sample = Sample(np.array([1.0, 0.0]), np.array([4.0, 1.0]), scale=1000)
        assert sample.value == 200

    def test_units_that_do_not_count(self):
        assert mean_of([1.0, None, 0.0]).value == 0.5
        assert mean_of([None]).value is None
        assert interval(mean_of([None])) is None
        assert interval(mean_of([])) is None

    def test_interval_covers_the_mean_as_the_normal_one_does(self):
        values = np.random.default_rng(7).normal(10, 2, size=400)
        low, high = interval(mean_of(list(values)), seed=1)
        half = 1.96 * values.std(ddof=1) / math.sqrt(len(values))
        assert low == pytest.approx(values.mean() - half, abs=0.05)
        assert high == pytest.approx(values.mean() + half, abs=0.05)

    def test_the_same_seed_gives_the_same_interval(self):
        sample = mean_of(list(np.random.default_rng(0).normal(size=30)))
        assert interval(sample, seed=3) == interval(sample, seed=3)
        assert interval(sample, seed=3) != interval(sample, seed=4)

    def test_pairing_takes_out_what_products_share(self):
        hard = list(np.random.default_rng(1).uniform(0, 1, size=200))
        ours, theirs = mean_of([value + 0.01 for value in hard]), mean_of(hard)
        low, high = difference_interval(ours, theirs)
        assert low == pytest.approx(0.01)
        assert high == pytest.approx(0.01)

    def test_pairs_need_the_same_units(self):
        with pytest.raises(ValueError, match="2 and 1"):
            difference_interval(mean_of([1.0, 1.0]), mean_of([1.0]))


class TestFindability:
    def test_ndcg_by_hand(self):
        # gains 7, 0, 1 at ranks 1, 2, 3; the best order is 7, 3, 1
        found = 7 + 1 / math.log2(4)
        best = 7 + 3 / math.log2(3) + 1 / math.log2(4)
        assert ndcg([3, 0, 1], [1, 2, 3]) == pytest.approx(found / best)

    def test_nothing_past_the_tenth_rank_counts(self):
        assert ndcg([0] * 10 + [3], [3]) == 0

    def test_reciprocal_rank(self):
        assert reciprocal_rank([0, 0, 1, 3]) == 1 / 3
        assert reciprocal_rank([0]) == 0

    def test_a_title_with_the_words_is_found(self):
        scores = find_scores(
            ["a", "b", "c"],
            ["Steel mugs", "Blue shirt", ""],
            {"steel mug": {"a": 3, "b": 0}, "red shirt": {"c": 2}, "none": {"a": 0}, "x": {"z": 1}},
        )
        assert scores == {"steel mug": (1.0, 1.0), "red shirt": (0.0, 0.0)}

    def test_ties_do_not_follow_the_feed(self):
        ids, titles, grades = ["a", "b", "c", "d"], ["mug"] * 4, {"mug": {"c": 1}}
        forward = find_scores(ids, titles, grades)
        assert forward == find_scores(ids[::-1], titles, grades)

    def test_no_words_at_all(self):
        assert find_scores(["a"], [""], {"mug": {"a": 1}}) == {"mug": (0.0, 0.0)}

    def test_chinese_queries(self):
        scores = find_scores(["a", "b"], ["黑色衬衫", "白色鞋"], {"衬衫": {"a": 1}})
        assert scores["衬衫"] == (1.0, 1.0)

    def test_read_judgments(self, tmp_path):
        path = tmp_path / "j.csv"
        path.write_text("query,id,grade\nmug,a,3\nmug,b,0\n", encoding="utf-8")
        assert read_judgments(path) == {"mug": {"a": 3, "b": 0}}

    @pytest.mark.parametrize(
        ("text", "message"),
        [("q,id,grade\n", "no column query"), ("query,id,grade\nmug,a,good\n", "line 2.*'good'"),
         ("query,id,grade\nmug,a,-1\n", "'-1'"), ("query,id,grade\nmug,a\n", "None"),
         ("", "column")],
    )  # fmt: skip
    def test_bad_judgments_are_named(self, tmp_path, text, message):
        path = tmp_path / "j.csv"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(FeedError, match=message):
            read_judgments(path)

    def test_missing_judgments(self, tmp_path):
        with pytest.raises(FeedError, match=r"none\.csv"):
            read_judgments(tmp_path / "none.csv")


class TestLeak:
    @pytest.mark.parametrize(
        ("title", "description", "left"),
        [
            ("Steel Mug, 500 ml", "Steel Mug, 500 ml. Keeps hot.", "Keeps hot"),
            ("Steel Mug, 500 ml", "Buy the STEEL MUG 500ML now", "Buy the now"),
            ("Steel Mug", "See /p/steel-mug/ here", "See /p/ /here".replace("/ /", " ")),
            ("雅风黑色衬衫", "这款雅风黑色衬衫很好", "这款 很好"),
            ("Steel Mug", "Steel MugKeeps hot. SpecsSteel MugLid", "Keeps hot. Specs Lid"),
            ("Men's Belmar Running Shoe", "These men's Belmar running shoes are", "These are"),
            ("雅风黑色衬衫", "br雅风黑色衬衫br很好", "br br很好"),
        ],
    )
    def test_a_copy_is_cut_out(self, title, description, left):
        bare, leaked = without_title(Product(id="1", title=title, description=description))
        assert leaked
        assert title.casefold() not in bare.description.casefold()
        assert words(bare.description) == words(left)

    @pytest.mark.parametrize(
        ("title", "description"),
        [("Mug", "A mug of steel"), ("Steel Mug", "Steel Mugs"), ("Steel Mug", "A mug of steel"),
         ("Steel Mug", "STEEL MUGS"), ("Steel Mug", "Stainless-SteelMugging"),
         ("", "Steel"), ("™", "™")],
    )  # fmt: skip
    def test_a_mention_stays(self, title, description):
        bare, leaked = without_title(Product(id="1", title=title, description=description))
        assert (bare.description, bare.title, leaked) == (description, "", False)

    def test_other_inputs_too(self):
        product = Product(
            id="1",
            title="Steel Mug",
            category=("Kitchen", "Steel Mug"),
            attributes={"name": "steel mug", "empty": "", "colour": "blue"},
            queries=("steel mug", "mug"),
        )
        bare, leaked = without_title(product)
        assert leaked
        assert bare.category == ("Kitchen",)
        assert bare.attributes == {"empty": "", "colour": "blue"}
        assert bare.queries == ("mug",)
        assert product.attributes["name"] == "steel mug"


class TestFirstWords:
    def test_of_the_description(self):
        product = Product(id="1", description=" ".join(f"w{n}" for n in range(20)))
        assert first_words(product) == " ".join(f"w{n}" for n in range(12))

    def test_of_the_attributes_where_there_is_none(self):
        product = Product(id="1", brand="Acme", attributes={"colour": "Blue", "wireless": "yes"})
        assert first_words(product) == "Acme, Blue"

    def test_chinese(self):
        text = "这款黑色衬衫很好看非常适合夏天穿着出门旅行和工作使用"
        assert text.startswith(first_words(Product(id="1", description=text), count=3))
        assert 3 <= len(first_words(Product(id="1", description=text), count=3)) < 12


class _WordGrounder:
    """Stands in for the grounder: a word that the product's text doesn't hold has no evidence."""

    def __init__(self, product):
        self.text = product.description.casefold().split()

    def ground(self, title):
        missing = [word for word in title.split() if word.casefold() not in self.text]
        return _Grounding(
            tuple(Evidence(word, Span(0, len(word)), "none") for word in missing),
            len(title.split()),
        )


class _Grounding:
    def __init__(self, unsupported, content_units):
        self.unsupported = unsupported
        self.evidence = tuple(unsupported)
        self.content_units = content_units


class TestTruth:
    def test_units_and_errors_are_counted(self):
        product = Product(id="1", description="steel mug 500 ml", brand="Acme")
        other = Product(id="2", description="cup", brand="Tefal")
        judged = judge_truth(
            [product, other],
            {"ours": ["Tefal steel XQ55 mug", None]},
            grounder=_WordGrounder,
        )["ours"]
        assert judged[1] is None
        assert (judged[0].units, judged[0].unsupported) == (4, 2)
        assert judged[0].errors == {"brand": 1, "model": 1}

    def test_an_inferred_type_is_evidence_where_the_seller_s_title_confirms_it(self):
        guess = (Inference("toner cartridge", 0.99),)
        assert confirmed(guess, "Acme toner cartridge for X1") == guess
        assert confirmed(guess, "Acme printer cable") == ()
        assert confirmed(guess, "Acme X1") == ()

    def test_a_type_that_is_not_stated_counts_as_unstated_and_not_as_unsupported(self):
        product = Product(
            id="1", brand="Acme", description="Black, 500 pages, for X1",
            inferred=(Inference("toner cartridge", 0.99),),
        )  # fmt: skip
        (truth,) = judge_truth([product], {"ours": ["Acme Black Toner Cartridge"]})["ours"]
        assert truth is not None
        assert (truth.units, truth.unsupported, truth.unstated) == (4, 0, 2)

    @pytest.mark.parametrize(
        ("text", "kind"),
        [("Tefal", "brand"), ("copper", None), ("XQ5513", "model"), ("600 ml", "number"),
         ("500 L", "unit"), ("77", "number")],
    )  # fmt: skip
    def test_fact_errors(self, text, kind):
        stated = Stated(Product(id="1", description="Steel mug 500 ml"))
        assert fact_error(text, stated, {"tefal"}) == kind


def _case(title, supported, kind):
    return Case(Product(id="1", description="Blue steel mug 500 ml"), title, supported, kind)


class TestDetection:
    CASES = (
        _case("Blue steel mug", True, "clean"),
        _case("Blue mug 0.5 L", True, "rewording"),
        _case("Red steel mug", False, "colour"),
        _case("Blue mug ml", False, "negation"),
    )

    def test_the_word_set_rule(self):
        result = measure_detector(self.CASES, word_set_rule)
        assert (result.precision, result.recall) == (1 / 2, 1 / 2)
        assert (result.clean_passed, result.rewordings_passed) == (1, 0)
        assert [case.kind for case in result.mistakes] == ["rewording", "negation"]
        assert result.to_json()["kinds"]["colour"] == {"cases": 1, "right": 1}

    def test_without_cases_there_is_no_share(self):
        result = measure_detector([], word_set_rule)
        assert (result.precision, result.recall, result.rewordings_passed) == (None, None, None)

    def test_word_set_rule_reads_chinese_by_character(self):
        product = Product(id="1", description="黑色衬衫")
        assert word_set_rule(product, "衬衫黑色")
        assert not word_set_rule(product, "红色衬衫")
