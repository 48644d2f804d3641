"""The word lists as data: they parse, hold no contradiction, and back nothing that isn't so."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from titlewright.errors import SettingsError
from titlewright.text.lexicon import Aliases, lexicon_names, load_aliases, load_lexicon

DATA = Path(__file__).parents[2] / "src" / "titlewright" / "data"

# What must never back what, however near the words are (source wording, title wording).
FORBIDDEN = [
    ("water resistant", "waterproof"),
    ("water repellent", "waterproof"),
    ("shock resistant", "shockproof"),
    ("slip resistant", "non-slip"),
    ("tahan air", "waterproof"),
    ("faux leather", "leather"),
    ("pu leather", "leather"),
    ("vegan leather", "leather"),
    ("bonded leather", "leather"),
    ("pu leather", "vegan leather"),
    ("faux leather", "vegan leather"),
    ("leather", "genuine leather"),
    ("faux fur", "fur"),
    ("gold", "gold plated"),
    ("gold plated", "gold"),
    ("golden", "gold"),
    ("silver plated", "silver"),
    ("silver colour", "silver"),
    ("silver", "sterling silver"),
    ("wool blend", "wool"),
    ("cotton blend", "cotton"),
    ("cotton", "100% cotton"),
    ("cotton", "organic cotton"),
    ("棉", "纯棉"),
    ("steel", "stainless steel"),
    ("oak finish", "oak"),
    ("oak", "solid oak"),
    ("wood", "oak"),
    ("silk", "satin"),
    ("satin", "silk"),
    ("antibacterial", "antimicrobial"),
    ("antimicrobial", "antibacterial"),
    ("natural", "organic"),
    ("organic", "natural"),
    ("usb", "usb-c"),
    ("hd", "full hd"),
    ("full hd", "4k"),
    ("wireless", "bluetooth"),
    ("decaffeinated", "caffeine free"),
    ("no added sugar", "sugar free"),
    ("no sugar added", "sugar free"),
    ("unsalted", "salt free"),
    ("vegetarian", "vegan"),
    ("non-alcoholic", "alcohol free"),
    ("unscented", "fragrance free"),
    ("sunscreen", "sunblock"),
    ("blue", "navy"),
    ("shoes", "sneakers"),
    ("cup", "mug"),
    ("computer", "laptop"),
    ("smartphone", "iphone"),
    ("phone", "smartphone"),
    ("earrings", "earring"),
    # trademarks: the brand backs the thing, the thing never backs the brand
    ("hook and loop", "velcro"),
    ("vacuum cleaner", "hoover"),
    ("vacuum flask", "thermos"),
    ("sticky notes", "post-it"),
    ("elastane", "lycra"),
    ("lip balm", "chapstick"),
    ("ballpoint pen", "biro"),
    ("lyocell", "tencel"),
]

# What must be backed, or shoppers' everyday rewordings would be flagged.
EXPECTED = [
    ("gray", "grey"),
    ("tv", "television"),
    ("t-shirt", "tee"),
    ("upf", "uv protection"),
    ("navy", "blue"),
    ("sneakers", "shoes"),
    ("stainless steel", "metal"),
    ("waterproof", "water resistant"),
    ("fridge", "refrigerator"),
    ("notebook", "laptop"),
    ("cordless", "wireless"),
    ("gents", "men"),
    ("male", "men"),
    ("jumper", "sweater"),
    ("1080p", "hd"),
    ("2160p", "4k"),
    ("ssd", "solid state drive"),
    ("hoover", "vacuum cleaner"),
    ("男款", "男士"),
    ("手机套", "手机壳"),
    ("机械手表", "机械表"),
    ("姨妈巾", "卫生巾"),
    ("移动电源", "充电宝"),
    ("全棉", "纯棉"),
    ("蓝牙", "无线"),
    ("運動鞋", "运动鞋"),
    ("edelstahl", "stahl"),
    ("baumwolle", "cotton"),
    ("noir", "black"),
    ("メンズ", "men"),
]


def load_file(file: Path) -> Aliases:
    """The aliases of one file alone, read as a user's file is."""
    built_in = load_aliases()
    both = load_aliases(file)
    return Aliases(both.equal[len(built_in.equal) :], both.implies[len(built_in.implies) :])


@pytest.fixture(scope="module")
def backed() -> set[tuple[str, str]]:
    aliases = load_aliases()
    pairs = {(a, b) for group in aliases.equal for a in group for b in group if a != b}
    return pairs | set(aliases.implies)


@pytest.mark.parametrize(("source", "title"), FORBIDDEN)
def test_no_alias_backs_what_is_not_the_same_statement(
    backed: set[tuple[str, str]], source: str, title: str
) -> None:
    assert (source, title) not in backed


@pytest.mark.parametrize(("source", "title"), EXPECTED)
def test_aliases_back_everyday_rewordings(
    backed: set[tuple[str, str]], source: str, title: str
) -> None:
    assert (source, title) in backed


def test_no_chain_of_two_aliases_backs_a_forbidden_pair(backed: set[tuple[str, str]]) -> None:
    after: dict[str, set[str]] = {}
    for source, title in backed:
        after.setdefault(source, set()).add(title)
    chained = [
        (source, middle, title)
        for source, title in FORBIDDEN
        for middle in after.get(source, ())
        if title in after.get(middle, ())
    ]
    assert chained == []


@pytest.mark.parametrize("file", sorted((DATA / "aliases").glob("*.toml")), ids=lambda f: f.stem)
def test_alias_files_are_in_order(file: Path) -> None:
    aliases = load_file(file)
    for group in aliases.equal:
        assert len(set(group)) == len(group) >= 2, group
    wordings = [word for group in (*aliases.equal, *aliases.implies) for word in group]
    assert all(word == word.strip() and "  " not in word for word in wordings)
    assert all(a != b for a, b in aliases.implies)
    text = file.read_text(encoding="utf-8").split("\n")
    assert not [line for line in text if line != line.lower() and not line.startswith(("#", " "))]


def test_no_group_is_stated_twice() -> None:
    groups = Counter(frozenset(group) for group in load_aliases().equal)
    assert [set(group) for group, times in groups.items() if times > 1] == []


def test_no_implication_contradicts_another() -> None:
    pairs = set(load_aliases().implies)
    assert [(a, b) for a, b in pairs if (b, a) in pairs] == []


def test_english_coverage_does_not_shrink() -> None:
    english = [load_file(file) for file in (DATA / "aliases").glob("en*.toml")]
    assert sum(len(aliases.equal) for aliases in english) >= 1200


@pytest.mark.parametrize("name", lexicon_names())
def test_lexicons_are_lower_case_and_unique_in_a_key(name: str) -> None:
    lexicon = load_lexicon(name)
    assert lexicon
    for key, wordings in lexicon.items():
        assert wordings, key
        assert [word for word, times in Counter(wordings).items() if times > 1] == [], key
        assert all(word and word == word.lower() == word.strip() for word in wordings), key


def test_a_colour_or_material_wording_has_one_family() -> None:
    for name in ("colours", "materials"):
        families = Counter(word for wordings in load_lexicon(name).values() for word in wordings)
        assert [word for word, times in families.items() if times > 1] == [], name


def test_value_lexicons_use_the_families_of_their_parents() -> None:
    for values, parent in (("colour_values", "colours"), ("material_values", "materials")):
        assert set(load_lexicon(values)) <= set(load_lexicon(parent))


def test_imitations_are_no_family_of_the_real_thing() -> None:
    materials = load_lexicon("materials")
    for real, imitation in (
        ("leather", "faux_leather"),
        ("fur", "faux_fur"),
        ("gold", "gold_plated"),
        ("cotton", "cotton_blend"),
        ("wool", "wool_blend"),
        ("steel", "stainless_steel"),
    ):
        values = load_lexicon("material_values").get(real, ())
        assert not set(materials.get(real, ()) + values) & set(materials[imitation])


def test_negation_exceptions_hold_a_negator_of_their_language() -> None:
    """An exception without a negating word, of its language or English, is never looked at."""
    negation = load_lexicon("negation")
    english = negation["before.en"] + negation["after.en"]
    for language in ("en", "zh", "de", "fr", "es", "it", "pt"):
        negators = english + negation[f"before.{language}"] + negation[f"after.{language}"]
        for exception in negation[f"exceptions.{language}"]:
            assert any(word in exception for word in negators), (language, exception)


def test_lexicon_keys_join_table_and_name() -> None:
    assert "ram" in load_lexicon("roles")["data.memory"]
    assert "with" in load_lexicon("function_words")["en"]


def test_lexicons_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        load_lexicon("colours")["blue"] = ()  # type: ignore[index]


def test_an_unknown_lexicon_names_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"'colors'.*colours"):
        load_lexicon("colors")


def test_a_user_file_is_added_in_lower_case(tmp_path: Path) -> None:
    file = tmp_path / "aliases.toml"
    file.write_text(
        'equal = [["Sofa", "Davenport"]]\nimplies = [["Acme Dry", "waterproof"]]\n'
        '[implied_by]\nShoe = ["Huarache"]\n',
        encoding="utf-8",
    )
    aliases = load_aliases(file)
    assert ("sofa", "davenport") in aliases.equal
    assert aliases.implies[-2:] == (("acme dry", "waterproof"), ("huarache", "shoe"))
    assert ("sofa", "davenport") not in load_aliases().equal


def test_a_folder_of_user_files_is_read_in_order(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('equal = [["b1", "b2"]]', encoding="utf-8")
    (tmp_path / "a.toml").write_text('equal = [["a1", "a2"]]', encoding="utf-8")
    assert load_aliases(tmp_path).equal[-2:] == (("a1", "a2"), ("b1", "b2"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('equal = [["one"]]', r"line 1,.*two or more wordings.*\['one'\]"),
        ('# note\nequal = [["a", "b"],\n  ["c", 3]]', r"line 3,.*\['c', 3\]"),
        ('implies = [["a", "b", "c"]]', r"line 1,.*\[source wording, title wording\]"),
        ('implies = "a"', r"line 1,.*not 'a'"),
        ('implied_by = ["a"]', r"line 1,.*a table"),
        ('[implied_by]\nshoe = "sneaker"', r"line 2,.*not 'sneaker'"),
        ('equal = [["a", " "]]', r"line 1,"),
        ('\nequals = [["a", "b"]]', r"line 2,.*unknown key 'equals'; use equal, implies"),
        ('equal = [["a" "b"]]', r"isn't valid TOML.*line 1"),
    ],
)
def test_a_broken_user_file_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=message) as caught:
        load_aliases(file)
    assert str(file) in str(caught.value)


def test_a_missing_or_foreign_file_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        load_aliases(tmp_path / "absent.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('equal = [["grün", "green"]]'.encode("cp1252"))
    with pytest.raises(SettingsError, match="isn't UTF-8"):
        load_aliases(latin)


def test_importing_reads_no_file() -> None:
    code = (
        "import sys, titlewright.text.lexicon as m;"
        "assert m._built_in_aliases.cache_info().currsize == 0;"
        "assert m.load_lexicon.cache_info().currsize == 0;"
        "assert 'regex' not in sys.modules and 'ftfy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_loading_is_read_once() -> None:
    load_aliases()
    start = time.process_time()
    for _ in range(100):
        load_aliases()
        load_lexicon("materials")
    assert time.process_time() - start < 0.05
