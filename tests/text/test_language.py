"""Language of titles: scripts, telling words, the hint, and accuracy on real catalogues."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from titlewright.text.language import chinese_variant, identify, is_cjk, script

DATA = os.environ.get("TITLEWRIGHT_DATA")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Women's leather handbag with zipper", "en"),
        ("MEN'S WATERPROOF HIKING BOOTS", "en"),
        ("StarTech.com 2 m black Cat6 patch cable for rack", "en"),
        ("Bremsscheiben und Bremsbeläge vorne für VW Golf", "de"),
        ("Sac à main en cuir noir pour femme", "fr"),
        ("Camisa de algodón para hombre, manga larga", "es"),
        ("Calça feminina de algodão com bolsos", "pt"),
        ("Borsa da donna in pelle nera con tracolla", "it"),
        ("Tas selempang wanita murah bahan kulit", "id"),
        ("Kasut lelaki saiz besar warna hitam percuma", "ms"),
        ("Áo thun nam cao cấp chính hãng", "vi"),
        ("Kadın siyah deri çanta", "tr"),
        ("เคสหนัง กันกระแทก สำหรับ Apple Airpods", "th"),
        ("【PolarStar】美麗諾羊毛保暖襪『淺灰』P18634", "zh"),
        ("OPPO闪充充电器 X9070", "zh"),
        ("ワイヤレスイヤホン Bluetooth 5.3", "ja"),
        ("무선 블루투스 이어폰", "ko"),
        ("Чехол для телефона, чёрный", "ru"),
        ("Чохол для телефону, м'який", "ru"),
        ("Шкіряна сумка", "uk"),
        ("ساعة يد رجالية", "ar"),
        ("תיק עור שחור", "he"),
        ("Δερμάτινη τσάντα", "el"),
        ("पुरुषों के जूते", "hi"),
    ],
)
def test_identifies(text: str, language: str) -> None:
    if text.startswith("Чохол"):  # no telling letter: the hint has to decide
        assert identify(text, "uk") == "uk"
    else:
        assert identify(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "12345 / 67-89", "6 x 9", "★★★", "HP Q7503A", "B01-XYZ"]
)
def test_says_nothing_without_evidence(text: str) -> None:
    assert identify(text) == ""


def test_hint_decides_only_where_the_words_do_not() -> None:
    assert identify("Xerox 006R90321", "en-US") == "en"
    assert identify("Xerox 006R90321", "de") == "de"
    assert identify("Bremsscheiben und Bremsbeläge vorne für VW Golf", "en") == "de"
    assert identify("12345", "en") == ""
    assert identify("腕時計", "ja-JP") == "ja"


def test_script_ignores_latin_brands() -> None:
    assert script("所有型號 手機殼 iPhoneX iPhone8 Plus") == "Han"
    assert script("HUAWEI MatePad 11.5") == "Latin"
    assert script("腕時計のベルト") == "Kana"
    assert script("100 %") == ""


def test_cjk() -> None:
    assert is_cjk("iPhone 手机壳")
    assert is_cjk("イヤホン")
    assert not is_cjk("iPhone case – 5″")


def test_chinese_variant() -> None:
    assert chinese_variant("【好來】專業護齦牙刷") == "zh-Hant"
    assert chinese_variant("欧恩科技反渗透纯水机") == "zh-Hans"
    assert chinese_variant("大小") == ""


@given(st.text(), st.sampled_from(["", "en", "zh-TW", "xx"]))
def test_any_text_gives_a_code_or_nothing(text: str, hint: str) -> None:
    code = identify(text, hint)
    assert code == "" or (code.isascii() and code.islower() and len(code) == 2)
    assert script(text) != "" or code == ""


def test_import_is_light() -> None:
    code = "import sys, titlewright.text.language; sys.exit('py3langid' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(DATA is None, reason="TITLEWRIGHT_DATA is not set")
class TestRealCatalogues:
    """Shares of titles that must be right, and that may be named wrongly."""

    @pytest.mark.parametrize(
        ("name", "language", "right", "wrong"),
        [
            ("icecat", "en", 0.80, 0.01),
            ("myntra", "en", 0.97, 0.01),
            ("walmart", "en", 0.95, 0.01),
            ("ebay_de", "de", 0.94, 0.03),
            ("shopee_tw", "zh", 0.97, 0.02),
            ("jd", "zh", 0.995, 0.005),
        ],
    )
    def test_accuracy(self, name: str, language: str, right: float, wrong: float) -> None:
        titles = _titles(name)[:1500]
        found = [identify(title) for title in titles]
        correct = found.count(language) / len(found)
        undecided = found.count("") / len(found)
        assert correct >= right
        assert 1 - correct - undecided <= wrong


def _titles(name: str) -> list[str]:
    data = Path(DATA or "")
    if name == "icecat":
        lines = (data / "icecat/products.jsonl").read_text("utf-8").strip().split("\n")
        return [json.loads(line)["title"] for line in lines]
    if name == "jd":
        path = data / "jd_title_ner/sample_per_line_preliminary_A.txt"
        return path.read_text("utf-8").splitlines()
    if name == "ebay_de":
        blocks = (data / "ebay_de_title_ner/train_tab.txt").read_text("utf-8").split("\n\n")
        return [" ".join(line.split("\t")[0] for line in block.splitlines()) for block in blocks]
    path, column = {
        "myntra": ("myntra_catalog/myntra_products_catalog.csv", "ProductName"),
        "walmart": ("walmart_free/walmart_products_free_dataset.csv", "title"),
        "shopee_tw": ("shopee_tw_titles/test_tcn.csv", "text"),
    }[name]
    with (data / path).open(encoding="utf-8-sig", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]
