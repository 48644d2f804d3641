"""Both languages say everything: the same keys, the same slots, and Chinese for every reason."""

from __future__ import annotations

import re
import tomllib

import pytest
from explaining_helpers import explained
from explaining_reasons import NO_REASONS, REASONS, SOURCE, reasons

from titlewright.channels import load_channels
from titlewright.errors import SettingsError
from titlewright.explaining.records import Touched
from titlewright.explaining.rules import rules_of
from titlewright.explaining.telling import changes, made_for, why_lost
from titlewright.explaining.translating import Translator, chinese, pattern
from titlewright.explaining.wording import LANGUAGES, wording
from titlewright.ranking import WEIGHTS
from titlewright.scorers.demand.scorer import DemandScorer
from titlewright.scorers.distinct import DistinctScorer
from titlewright.scorers.factors import plain_factors
from titlewright.scorers.voice.scorer import VoiceScorer

EN, ZH = wording("en"), wording("zh")
HAN = re.compile(r"[\u4e00-\u9fff]")


def slots(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_both_languages_have_the_same_keys_and_slots() -> None:
    for group, texts in EN.texts.items():
        assert set(texts) == set(ZH.texts[group]), group
        for name, text in texts.items():
            assert slots(text) == slots(ZH.texts[group][name]), (group, name)


def test_every_quality_and_kind_of_rule_has_its_chinese() -> None:
    from titlewright.channels.kinds import KINDS
    from titlewright.scorers import _JUDGES

    assert set(ZH.texts["rule"]) == set(KINDS)
    assert set(WEIGHTS) <= set(EN.texts["quality"])
    assert _JUDGES.keys() >= {"bert", "appeal"}
    channel = next(iter(load_channels().values()))
    for scorer in (DemandScorer, VoiceScorer, DistinctScorer, *plain_factors(channel)):
        assert HAN.search(ZH.quality(scorer.name)), scorer.name
        assert scorer.name in EN.texts["quality"]


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(SettingsError, match="'de'"):
        wording("de")


def test_every_sentence_has_its_chinese() -> None:
    found = explained()
    said = [*changes(found, ZH), *(why_lost(one, ZH) for one in found.rivals)]
    assert len(said) == len(changes(found, EN)) + len(found.rivals)
    for text in said:
        assert HAN.search(text), text


def test_reasons_are_found_in_the_code() -> None:
    known = {"keeps every key fact", "7 long, 7 are seen", "not in the source", 'Removed "7".',
             "the source gives 7 for 7", "holds a word to avoid: 7"}  # fmt: skip
    assert known <= set(REASONS)
    assert len(REASONS) > 80
    assert set(reasons()) >= NO_REASONS


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_of_the_code_has_its_chinese(reason: str) -> None:
    assert chinese().knows(reason), f"wording/reasons.zh.toml lacks: {reason}"
    said = chinese().translate(reason)
    assert HAN.search(said) or reason == "7 of 7"
    ours = re.sub("“[^”]*”|HTML", "", said)
    assert not re.search("[A-Za-z]", ours), said


@pytest.mark.parametrize(
    ("english", "translated"),
    [
        ("leaves out brand, present title's Girl", "缺少品牌、原标题中的“Girl”"),
        ('took out "HP": named only as what the product fits; its brand is X',
         "删去“HP”：只作为适配对象提到；商品的品牌是 X"),
        ("not stated; inferred from its brand, attributes and description",
         "原文没有写；由品牌、属性、描述推断"),
        ("against it: begins with “the”", "不利：以“the”开头"),
        ("least usual: “x” after a space", "最少见：空格后面接“x”"),
        ("says what tells it from 3 others like it: color “Red, blue”, “2 L”, Hauptfarbe “rot”",
         "写出了与另外 3 个相似商品的区别：颜色“Red, blue”、“2 L”、Hauptfarbe“rot”"),
        ("nothing in the feed tells it from another product like it",
         "数据中没有信息能把它与另一个相似商品区分开"),
        ("covers 3 of 5 fitting searches; without: shoes (1,200 searches), size (9 searches)",
         "相关搜索词覆盖 3/5 个；未覆盖：shoes（1,200 次搜索）、size（9 次搜索）"),
        ("names “mug”, “steel”", "写明“mug”、“steel”"),
        ("the product type is said after 30 columns", "商品类型前有 30 个字符（汉字算两个）"),
        ("your titles have less words with digits", "范例标题里带数字的词更少"),
        ('added the color "Red"', "补上颜色“Red”"),
        ('added "vegan" (searched for)', "补上“vegan”（搜索词）"),
        ('"vegan" (premium tone) is not backed by the product',
         "“vegan”（高端语气）在商品中没有依据"),
        ("the pick of the bunch", "the pick of the bunch"),
        ("names my dog", "names my dog"),
        ("unlike any others", "unlike any others"),
        ("a user's own scorer says so", "a user's own scorer says so"),
        ("leaves out {word}", "缺少{word}"),
    ],
)  # fmt: skip
def test_reasons_are_put_into_chinese(english: str, translated: str) -> None:
    assert ZH.reason(english) == translated
    assert EN.reason(english) == english


def test_every_kind_of_fact_has_its_chinese() -> None:
    facts = tomllib.loads((SOURCE / "data" / "title_slots.toml").read_text(encoding="utf-8"))
    for name in ("brand", *facts):
        said = ZH.reason(f'added the {name.replace("_", " ")} "7"')
        assert re.fullmatch("补上[\u4e00-\u9fff]+“7”", said), said


def test_a_slot_at_the_end_takes_all_there_is() -> None:
    translator = Translator([pattern("says {text}", "说{text}"), pattern("says", "说")])
    assert translator.translate("says one says two") == "说one says two"
    assert translator.translate("says") == "说"


def test_long_reasons_are_left_alone() -> None:
    long = "leaves out " + "x, " * 5000
    assert chinese().translate(long) == long


def test_messages_of_channels_are_said_in_chinese() -> None:
    """Each rule of each pack, with its slots filled as a violation fills them."""
    seen = 0
    for channel in load_channels().values():
        for rule in rules_of(channel).values():
            message = (
                rule.message.replace("{found}", "foo bar")
                .replace("{length}", "81").replace("{limit}", "75")
            )  # fmt: skip
            said = ZH.message(message, rule)
            assert HAN.search(said), (rule.id, message)
            if "{limit}" in rule.message and rule.kind == "max_length":
                assert "75" in said
            seen += 1
    assert seen > 100


def test_problems_of_present_titles_are_said_in_chinese() -> None:
    """No rule of the channel stands behind them; the words that they quote may be Chinese."""
    assert ZH.message('"加厚" is said again', None) == "“加厚”重复"
    assert EN.message('"加厚" is said again', None) == '"加厚" is said again'


def test_what_a_change_was_made_for() -> None:
    truth = Touched("", "repaired", 'took out "5 L": not in the source', for_truth=True)
    rule = Touched("ebay.length", "repaired", 'Dropped "red" to fit the limit of 80.')
    taste = Touched("", "repaired", 'dropped the repeated "red"')
    assert [made_for(one, ZH) for one in (truth, rule, taste)] == ["为属实", "ebay.length", ""]


def test_languages_are_those_of_the_command() -> None:
    from titlewright.cli.explaining import Tongue

    assert tuple(Tongue) == LANGUAGES
