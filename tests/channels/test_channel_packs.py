"""The shipped packs and the user's own."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from titlewright.channels import check, get_channel, limit, load_channels
from titlewright.channels.program import compile_rule
from titlewright.errors import ChannelError
from titlewright.records import Product

CHANNELS = {channel.name: channel for channel in load_channels().values()}
RULES = [rule for channel in CHANNELS.values() for rule in channel.rules]
LAW_RULES = [rule for channel in CHANNELS.values() for law in channel.laws for rule in law.rules]


def test_every_channel_of_the_rules_page_is_there() -> None:
    names = """alibaba aliexpress allegro amazon ebay etsy google google-ads jd lazada mercado-libre
    meta microsoft otto performance-max pinduoduo prisjakt rakuten shopee shopify taobao tiktok-shop
    tmall walmart wechat-shop xiaohongshu zalando"""
    assert set(load_channels()) == set(names.split())


def test_tmall_is_taobao() -> None:
    assert get_channel("Tmall") is get_channel("taobao")


@pytest.mark.parametrize("rule", RULES + LAW_RULES, ids=lambda rule: rule.id)
def test_every_rule_says_where_it_comes_from(rule) -> None:
    assert rule.source_url.startswith("http")
    assert isinstance(rule.read, datetime.date)
    assert rule.confidence in ("V", "V-mirror", "S")
    assert rule.message
    assert not (rule.confidence == "S" and rule.severity == "error")


def test_every_rule_compiles() -> None:
    for channel in CHANNELS.values():
        for rule in channel.rules:
            compile_rule(rule, channel)
        for law in channel.laws:
            for rule in law.rules:
                assert rule.severity == "warning"
                compile_rule(rule, None)


@pytest.mark.parametrize(
    ("name", "most", "unit"),
    [
        ("amazon", 75, "code_points"), ("google", 150, "code_points"),
        ("google-ads", 30, "display_width"), ("performance-max", 90, "display_width"),
        ("meta", 200, "code_points"), ("microsoft", 150, "code_points"),
        ("ebay", 80, "code_points"), ("etsy", 140, "code_points"),
        ("walmart", 150, "code_points"), ("shopify", 255, "code_points"),
        ("shopee", 120, "chinese_weighted"), ("lazada", None, "code_points"),
        ("aliexpress", 128, "code_points"), ("alibaba", 128, "code_points"),
        ("taobao", 60, "gb18030"), ("jd", None, "gb18030"), ("pinduoduo", 60, "gb18030"),
        ("xiaohongshu", 60, "code_points"), ("rakuten", 255, "half_width"),
        ("mercado-libre", 60, "code_points"), ("allegro", 75, "code_points"),
        ("prisjakt", 255, "code_points"), ("zalando", None, "code_points"),
        ("otto", None, "code_points"), ("wechat-shop", None, "code_points"),
    ],
)  # fmt: skip
def test_limits(name: str, most: int | None, unit: str) -> None:
    channel = get_channel(name)
    assert (limit(channel), channel.unit) == (most, unit)


@pytest.mark.parametrize("name", ["zalando", "otto", "lazada", "jd"])
def test_where_nothing_is_known_nothing_is_checked(name: str) -> None:
    channel = get_channel(name)
    assert channel.rules == ()
    assert channel.note
    assert check(channel, "!!! FREE SHIPPING ★ " * 50) == []


def test_only_google_asks_for_marked_titles() -> None:
    assert [name for name, channel in CHANNELS.items() if channel.ai_title] == ["google"]


@pytest.mark.parametrize(
    ("product", "most"),
    [
        (Product("1", locale="en-US"), 75),
        (Product("1", locale="ar-SA"), 200),
        (Product("1", locale="tr_TR"), 200),
        (Product("1", attributes={"product_type": "ABIS_BOOK"}), 200),
        (Product("1", category=("Books", "Fantasy")), 200),
        (Product("1", category=("Kitchen", "Notebooks")), 75),
    ],
)
def test_amazons_exceptions(product: Product, most: int) -> None:
    assert limit(get_channel("amazon"), product) == most


@pytest.mark.parametrize(
    ("name", "locale", "laws"),
    [
        ("amazon", "en-US", {"law.us"}), ("amazon", "de-DE", {"law.eu"}),
        ("amazon", "en-GB", {"law.uk"}), ("amazon", "ja-JP", {"law.jp"}),
        ("etsy", "fr", {"law.eu"}), ("google", "", {"law.us"}), ("google", "pt-BR", set()),
        ("taobao", "", {"law.cn"}), ("walmart", "es-US", {"law.us"}), ("allegro", "", {"law.eu"}),
    ],
)  # fmt: skip
def test_laws_follow_the_channel_and_the_locale(name: str, locale: str, laws: set[str]) -> None:
    title = "Cures Cancer 国家级 heilt 日本一 miracle cure carbon neutral"
    found = check(get_channel(name), title, Product("1", locale=locale))
    assert {item.rule.rsplit(".", 1)[0] for item in found if item.rule.startswith("law.")} == laws


def test_an_unknown_channel_is_refused_with_near_names() -> None:
    with pytest.raises(ChannelError, match=r"no channel 'amazn'. Did you mean amazon"):
        get_channel("amazn")
    with pytest.raises(ChannelError, match=r"There are: .*ebay"):
        get_channel("qqqqq")


# A user's own packs


def test_a_folder_that_does_not_exist_counts_as_empty(tmp_path: Path) -> None:
    assert load_channels(tmp_path / "none") == load_channels()


def test_a_user_overrides_a_limit_and_disables_a_rule(tmp_path: Path) -> None:
    (tmp_path / "amazon.toml").write_text(
        'extends = "amazon"\ndisable = ["title-case"]\n[length]\nmax = 150\n'
        '[[rules]]\nid = "capitals"\nseverity = "error"\n',
        "utf-8",
    )
    channel = get_channel("amazon", tmp_path)
    assert limit(channel) == 150
    assert limit(channel, Product("1", locale="ar-SA")) == 200
    rules = {rule.id: rule for rule in channel.rules}
    assert "amazon.title-case" not in rules
    assert rules["amazon.capitals"].severity == "error"
    assert rules["amazon.capitals"].kind == "shouting"
    assert limit(get_channel("amazon")) == 75, "the shipped pack is untouched"


def test_a_user_adds_a_channel_with_its_own_rules(tmp_path: Path) -> None:
    (tmp_path / "my-shop.toml").write_text(
        'title = "My shop"\nlaws = ["house"]\n[length]\nmax = 20\n'
        '[[rules]]\nid = "length"\nkind = "max_length"\nseverity = "error"\n'
        '[[rules]]\nid = "words"\nkind = "phrases"\nseverity = "error"\nphrases = ["cheap"]\n',
        "utf-8",
    )
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "house.toml").write_text(
        '[[rules]]\nid = "best"\nkind = "phrases"\nphrases = ["the best"]\n', "utf-8"
    )
    found = check(get_channel("my shop", tmp_path), "Cheap lamp, the best of lamps")
    assert [item.rule for item in found] == ["my-shop.words", "law.house.best", "my-shop.length"]


def test_user_packs_may_extend_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = "b"\n[length]\nmax = 30\n', "utf-8")
    (tmp_path / "b.toml").write_text('extends = "ebay"\n[length]\nmax = 60\n', "utf-8")
    assert limit(get_channel("a", tmp_path)) == 30
    assert limit(get_channel("b", tmp_path)) == 60
    assert "a.special-characters" in {rule.id for rule in get_channel("a", tmp_path).rules}


RULE = '[[rules]]\nid = "x"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "not valid TOML"),
        ("titel = 'x'", "unknown key 'titel'"),
        ("title = 3", "title must be a str, not 3"),
        ("[length]\nmax = 0", "above 0, not 0"),
        ("[length]\nmax = true", "above 0, not True"),
        ("[length]\nunit = 'ems'", "length.unit is 'ems'"),
        ("languages = 'en'", "must be a list of texts"),
        ("[ranking]\norder = -1", "ranking.order must be a number from 0, not -1"),
        ("[ranking]\norder = 'high'", "ranking.order must be a number from 0, not 'high'"),
        ("laws = ['mars']", "names the law 'mars'"),
        ("extends = 'amazn'", "extends 'amazn', which is no channel"),
        ("extends = 'pack'", "extends 'pack', which is no channel"),
        ("extends = 'ebay'\ndisable = ['x']", "disables 'x', which ebay doesn't have"),
        ("[[rules]]\nkind = 'phrases'", "every rule needs an id"),
        (RULE + "kind = 'spell'", "of kind 'spell'"),
        (RULE + "kind = 'phrases'", "needs 'phrases'"),
        (RULE + "kind = 'phrases'\nphrases = ['100%']", "'100%'.*must begin and end with a letter"),
        (RULE + "kind = 'phrases'\nphrases = 'sale'", "must be a list of texts"),
        (RULE + "kind = 'phrases'\nlists = ['promos']", "names the list 'promos'"),
        (RULE + "kind = 'pattern'\nexpressions = ['(']", "not a regular expression"),
        (RULE + "kind = 'pattern'\nnames = ['fax']", "names the pattern 'fax'"),
        (RULE + "kind = 'pattern'", "needs 'names' or 'expressions'"),
        (RULE + "kind = 'characters'", "needs 'characters' or 'class'"),
        (RULE + "kind = 'repetition'", "needs 'max', a whole number"),
        (RULE + "kind = 'repetition'\nmax = 'two'", "must be a whole number, not 'two'"),
        (RULE + "kind = 'recommended_length'", "needs length.recommended"),
        (RULE + "kind = 'white_space'\ntabs = true", "doesn't know: tabs"),
        (RULE + "kind = 'white_space'\nsource = 'web'", "source 'web', which has no url"),
        (RULE + "kind = 'white_space'\nseverity = 'fatal'", "severity 'fatal'"),
        (RULE + "kind = 'white_space'\nseverity = 'error'\nconfidence = 'S'", "secondary source"),
        (RULE + "kind = 'white_space'\n" + RULE + "kind = 'white_space'", "two rules with the id"),
    ],
)
def test_a_pack_that_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pack.toml").write_text(text, "utf-8")
    with pytest.raises(ChannelError, match=message):
        load_channels(tmp_path)


def test_packs_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('extends = "b"', "utf-8")
    (tmp_path / "b.toml").write_text('extends = "a"', "utf-8")
    with pytest.raises(ChannelError, match="no end"):
        load_channels(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (RULE + "kind = 'white_space'\nseverity = 'error'", "Law packs can only warn"),
        (RULE + "kind = 'max_length'", "about length, which a law pack can't have"),
    ],
)
def test_a_law_pack_that_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "x.toml").write_text(text, "utf-8")
    with pytest.raises(ChannelError, match=message):
        load_channels(tmp_path)
