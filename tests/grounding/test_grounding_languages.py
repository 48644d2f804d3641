"""Chinese and Japanese by segments, German compounds, inflections of other languages."""

import pytest
from grounding_helpers import stating, unsupported


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("防水手表，具有计时功能", "防水手表"),
        ("男士机械手表", "机械手表 男士"),
        ("純棉短袖T恤", "纯棉短袖T恤"),  # traditional and simplified
        ("美麗諾羊毛保暖襪", "美丽诺羊毛保暖袜"),
        ("纯棉短袖 500克", "纯棉短袖 0.5公斤"),
        ("袜子 一双", "袜子 1双"),
        ("玩具不含电池", "玩具"),
        ("玩具（不含电池）", "玩具"),
        ("手机不支持无线充电", "手机"),
        ("无线耳机", "无线耳机"),
        ("无袖连衣裙", "无袖连衣裙"),
        ("红色连衣裙", "连衣裙 红色"),
        ("适用于华为手机的手机壳", "手机壳 适用于华为"),
    ],
)
def test_chinese(description, title):
    assert unsupported(stating(description), title) == []


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("不防水手表", "防水手表"),
        ("非防水外套", "防水外套"),
        ("玩具不含电池", "电池玩具"),
        ("玩具，电池（需自备）", "玩具 电池"),
        ("手机不支持无线充电", "无线充电手机"),
        ("红色连衣裙", "蓝色连衣裙"),
        ("长袖连衣裙", "无袖连衣裙"),
        ("人造革手提包", "真皮手提包"),
        ("手表 500克", "手表 600克"),
        ("三件套", "两件套"),
    ],
)
def test_chinese_that_is_not_stated(description, title):
    assert unsupported(stating(description), title) != []


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("防水ジャケット メンズ", "メンズ 防水ジャケット"),
        ("綿100%のTシャツ レディース", "レディース Tシャツ 綿"),
        ("コーヒー豆 500g", "コーヒー豆 0.5kg"),
        ("1.5リットルのボトル", "ボトル 1500ml"),
        ("10枚入りマスク", "マスク 10枚"),
        ("ステンレス製ボトル", "ステンレスボトル"),
        ("白い陶器のマグカップ", "マグカップ 陶器"),
        ("無線イヤホン", "無線イヤホン"),
        ("おもちゃ（電池別売）", "おもちゃ"),
        ("ｶﾞﾗｽﾎﾞｳﾙ 500ｍｌ", "ガラスボウル 0.5L"),  # half-width katakana
        ("ガラスボウル", "ｶﾞﾗｽﾎﾞｳﾙ"),
    ],
)
def test_japanese(description, title):
    assert unsupported(stating(description), title) == []


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("陶器のマグカップ", "木製 マグカップ"),
        ("ﾌﾟﾗｽﾁｯｸﾎﾞｳﾙ", "ｶﾞﾗｽﾎﾞｳﾙ"),
        ("防水ではありません。ジャケット", "防水ジャケット"),
        ("防水ジャケット", "撥水ジャケット"),
        ("電池なしのおもちゃ", "電池 おもちゃ"),
        ("おもちゃ 電池は別売", "おもちゃ 電池"),
        ("おもちゃ 電池（別売）", "おもちゃ 電池"),
        ("電池は付属していません", "電池付属"),
        ("マスク 10枚", "マスク 12枚"),
    ],
)
def test_japanese_that_is_not_stated(description, title):
    assert unsupported(stating(description), title) != []


def test_thai():
    product = stating("กระเป๋าหนังสีดำ ขวดน้ำ 500 มล.")
    assert unsupported(product, "กระเป๋าหนังสีดำ") == []
    assert unsupported(product, "ขวดน้ำ") == []
    assert unsupported(product, "รองเท้า") == ["รองเท้า"]


@pytest.mark.parametrize(
    ("description", "title"),
    [
        ("Schuhe für Damen aus Leder", "Damenschuhe"),
        ("Schuhe für Damen aus Leder", "Lederschuhe"),
        ("Damenschuhe aus Leder", "Schuhe"),
        ("Damenschuhe aus Leder", "Schuhe für Damen aus Leder"),
        ("Damenschuhe aus Leder", "Lederschuhe"),
        ("Holztisch", "Tisch aus Holz"),
        ("Tisch aus Holz", "Holztisch"),
        ("Jacke mit Kapuze", "Kapuzenjacke"),
        ("Wasserflasche 0,5 l", "Wasserflasche 500 ml"),
        ("Socken im 12er-Pack", "Socken 12 Stück"),
        ("Rotes Kleid", "Kleid rot"),
        ("Handtücher", "Handtuch"),
        ("Wasserdichte Jacke", "WASSERDICHTE JACKE"),
    ],
)
def test_german(description, title):
    assert unsupported(stating(description, locale="de-DE"), title) == []


@pytest.mark.parametrize(
    ("description", "title", "wrong"),
    [
        ("Damenschuhe aus Leder", "Herrenschuhe", "Herrenschuhe"),
        ("Damenschuhe", "Lederschuhe", "Lederschuhe"),
        ("Handtuch", "Hand", "Hand"),
        ("Kunstleder Tasche", "Leder Tasche", "Leder"),
        ("Tasche aus Kunstleder", "Ledertasche", "Ledertasche"),
        ("Jacke, nicht wasserdicht", "Wasserdichte Jacke", "Wasserdichte"),
        ("Jacke ohne Kapuze", "Jacke mit Kapuze", "Kapuze"),
        ("Jacke ohne Kapuze", "Kapuzenjacke", "Kapuzenjacke"),
        ("Kapuzenjacke", "Jacke ohne Kapuze", "Kapuze"),
        ("Bleifreier Becher", "Becher aus Blei", "Blei"),
    ],
)
def test_german_that_is_not_stated(description, title, wrong):
    assert unsupported(stating(description, locale="de-DE"), title) == [wrong]


def test_english_words_are_no_compounds():
    assert unsupported(stating("A butterfly net"), "Fly net") == ["Fly"]


@pytest.mark.parametrize(
    ("locale", "description", "title"),
    [
        ("fr-FR", "Chemises noires en coton", "Chemise noire en coton"),
        ("fr-FR", "Bouteille d'eau 0,5 l", "Bouteille d’eau 500 ml"),
        ("es-ES", "Camisas rojas de algodón", "Camisa roja de algodon"),
        ("it-IT", "Scarpe rosse da donna", "Scarpa rossa da donna"),
        ("nl-NL", "Rode schoenen", "Rode schoen"),
        ("de-DE", "Schwarzer Gürtel", "Schwarze Gürtel"),
    ],
)
def test_inflections_of_other_languages(locale, description, title):
    assert unsupported(stating(description, locale=locale), title) == []


@pytest.mark.parametrize(
    ("locale", "description", "title", "wrong"),
    [
        ("fr-FR", "Veste sans capuche", "Veste avec capuche", "capuche"),
        ("es-ES", "Chaqueta sin capucha", "Chaqueta con capucha", "capucha"),
        ("it-IT", "Giacca senza cappuccio", "Giacca con cappuccio", "cappuccio"),
        ("nl-NL", "Jas zonder capuchon", "Jas met capuchon", "capuchon"),
    ],
)
def test_negations_of_other_languages(locale, description, title, wrong):
    assert unsupported(stating(description, locale=locale), title) == [wrong]
