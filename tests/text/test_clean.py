"""Raw feed text made readable: mark-up out, encodings repaired, wording untouched."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from titlewright.text.clean import clean, fix_mojibake, fold_spaces, has_html, strip_html


@pytest.mark.parametrize(
    ("raw", "readable"),
    [
        ("  Red \t shoes\n", "Red shoes"),
        ("<p>Red <b>shoes</b></p><p>for men</p>", "Red shoes for men"),
        ("one<br>two<br/>three", "one two three"),
        ("<ul><li>soft</li><li>warm</li></ul>", "soft warm"),
        ("<script>alert(1)</script>Mug<style>b{}</style>", "Mug"),
        ("Salt &amp; pepper", "Salt & pepper"),
        ("Salt &amp;amp; pepper", "Salt & pepper"),
        ("&lt;b&gt;Bold&lt;/b&gt; mug", "Bold mug"),
        ("cafÃ© crÃ¨me", "café crème"),
        ("Itâ€™s", "It’s"),
        ("soft\u200bhyphen\u00ad and\x00 null", "softhyphen and null"),
        ("５００ｍｌ", "５００ｍｌ"),  # full width stays: it is how the seller writes
        ("👩\u200d🔬 kit", "👩\u200d🔬 kit"),  # the joiner that makes one emoji of two
        ("a < b and c > d", "a < b and c > d"),
        ("size <10 cm", "size <10 cm"),
        ("AT&T R&D", "AT&T R&D"),
        ("", ""),
    ],
)
def test_clean(raw, readable):
    assert clean(raw) == readable


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(deadline=None)
@example("&amp;amp;amp;lt;b&gt;")
@example("<<b>b>text")
@example("Ã\u0083Â©")
def test_cleaning_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text("<>&;/abp! \n\x00ltgmr#1éÃ©", max_size=40))
@settings(deadline=None)
def test_cleaning_mark_up_twice_changes_nothing(text):
    once = clean(text)
    assert clean(once) == once


@given(st.text(st.characters(exclude_categories=["Cs"])))
@settings(deadline=None)
def test_clean_text_is_one_trimmed_line(text):
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert "\n" not in cleaned
    assert "  " not in cleaned


@pytest.mark.parametrize("text", ["<b>", "</p>", "<!-- x -->", "&nbsp;", "&#233;", "&#xE9;"])
def test_html_is_seen(text):
    assert has_html(text)


@pytest.mark.parametrize("text", ["1 < 2", "a <3 b", "R&D; AT&T", "", "5 > 4"])
def test_plain_marks_are_not_html(text):
    assert not has_html(text)
    assert strip_html(text) == text


def test_block_elements_become_line_breaks():
    assert strip_html("<p>one</p><p>two</p>").split() == ["one", "two"]


def test_mojibake_repair_leaves_good_text_alone():
    good = "“Crème brûlée” ﬁne ５ 防水"
    assert fix_mojibake(good) == good


def test_spaces_of_every_kind_become_one():
    assert fold_spaces(" a\u00a0\u3000b\r\n\tc ") == "a b c"
