"""Words with their places: Latin words, codes, segments of unspaced scripts, inflections."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titlewright.text.words import (
    atoms,
    fold,
    same_word,
    segment_chinese,
    simplified,
    squeeze,
    strip_accents,
)

# Any Unicode that UTF-8 can hold, and the scripts that product feeds mix.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
FEED_TEXT = st.text("aB9é ß½/.-,'’\"x×()防水手錶のテスト\u0301👍\u200dกা١ﬁ\u00a0", max_size=60)


def norms(text: str) -> list[str]:
    return [atom.norm for atom in atoms(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Red Shoes", ["red", "shoes"]),
        ("Men's boots", ["men", "boots"]),
        ("MEN’S boots", ["men", "boots"]),
        ("Mens' boots", ["mens", "boots"]),
        ("lockOne handle", ["lock", "one", "handle"]),  # a line break that the feed lost
        ("iPhone and PlayStation", ["iphone", "and", "play", "station"]),
        ("CF283A/2", ["cf283a", "2"]),
        ("3.5 mm", ["3.5", "mm"]),
        ("l'eau d'été", ["l", "eau", "d", "été"]),
        ("ＡＢＣ　１２", ["abc", "12"]),  # full width
        ("👍🏽 ok", ["ok"]),
        ("", []),
    ],
)
def test_words_of_spaced_scripts(text, expected):
    assert norms(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("防水机械手表", ["防水", "机械", "手表"]),
        ("男士Nike鞋", ["男士", "nike", "鞋"]),
        ("防水ジャケット メンズ", ["防水", "ジャケット", "メンズ"]),
        ("エアーポッズ用ケース", ["エアーポッズ", "用", "ケース"]),
        ("白ｶﾞﾗｽﾎﾞｳﾙ", ["白", "ガラスボウル"]),  # half width
    ],
)
def test_words_of_unspaced_scripts(text, expected):
    assert norms(text) == expected


def test_traditional_characters_compare_as_simplified_and_keep_their_text():
    (atom,) = atoms("手錶")
    assert atom.text == "手錶"
    assert atom.norm == "手表"


def test_words_joined_by_marks_share_a_chunk():
    chunks = [atom.chunk for atom in atoms("Wi-Fi router, CF283A/2")]
    assert chunks == [0, 0, 1, 2, 2]


@given(ANY_TEXT | FEED_TEXT)
@settings(deadline=None)
def test_atoms_lie_in_the_text_in_order(text):
    end = 0
    for atom in atoms(text):
        assert end <= atom.start < atom.end <= len(text)
        assert atom.text == text[atom.start : atom.end]
        end = atom.end


@given(ANY_TEXT | FEED_TEXT)
@settings(deadline=None)
def test_every_letter_and_digit_is_in_an_atom(text):
    covered = {place for atom in atoms(text) for place in range(atom.start, atom.end)}
    letters = {place for place, character in enumerate(text) if character.isalpha()}
    assert letters <= covered


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("shoe", "shoes"),
        ("box", "boxes"),
        ("hood", "hooded"),
        ("wrap", "wrapped"),
        ("wrap", "wrapping"),
        ("berry", "berries"),
        ("bake", "baking"),
        ("stripe", "striped"),
        ("wool", "woolen"),
        ("café", "cafe"),
    ],
)
def test_inflections_in_english(one, other):
    assert same_word(one, other)
    assert same_word(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("car", "care"),
        ("pan", "panel"),
        ("light", "lighter"),
        ("silk", "silky"),
        ("bus", "bust"),
        ("men", "women"),
        ("copper", "cooper"),
        ("x100", "x100s"),
        ("32", "23"),
    ],
)
def test_different_words_in_english(one, other):
    assert not same_word(one, other)
    assert not same_word(other, one)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("de", "rot", "rotes"),
        ("de", "schuh", "schuhe"),
        ("de", "tuch", "tücher"),
        ("fr", "cheval", "chevaux"),
        ("fr", "noir", "noires"),
        ("es", "rojo", "rojas"),
        ("it", "rosso", "rossa"),
        ("nl", "schoen", "schoenen"),
    ],
)
def test_inflections_in_other_languages(language, one, other):
    assert same_word(one, other, language)


@given(ANY_TEXT, ANY_TEXT)
@settings(deadline=None)
def test_same_word_is_reflexive_and_symmetric(one, other):
    one, other = fold(one), fold(other)
    assert same_word(one, one)
    assert same_word(one, other) == same_word(other, one)


@pytest.mark.parametrize("code", ["LQ-630", "LQ 630", "lq630", "ＬＱ－６３０"])
def test_a_code_is_the_same_however_it_is_joined(code):
    assert squeeze(code) == "lq630"


@given(ANY_TEXT)
@settings(deadline=None)
def test_squeezing_and_folding_twice_changes_nothing(text):
    assert squeeze(squeeze(text)) == squeeze(text)
    assert strip_accents(strip_accents(text)) == strip_accents(text)


def test_accents_go_from_latin_letters_only():
    assert strip_accents("café Übergröße") == "cafe Ubergroße"
    assert strip_accents("ガラス") == "ガラス"
    assert strip_accents("й") == "й"


@given(ANY_TEXT | FEED_TEXT)
@settings(deadline=None)
def test_simplified_text_keeps_every_place(text):
    assert len(simplified(text)) == len(text)


@given(st.text("防水机械手表男士運動鞋真皮abc12 ", max_size=30))
@settings(deadline=None)
def test_segments_joined_are_the_text(text):
    assert "".join(segment_chinese(text)) == text
