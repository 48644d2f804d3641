"""Planted words: another colour, brand, material, product type or gender than the product's."""

from __future__ import annotations

import re
from random import Random

from titlewright.evaluation.planted.bases import Base
from titlewright.evaluation.planted.lexicon import (
    AMBIGUOUS_COLOURS,
    COLOURS,
    COLOURS_ZH,
    GENDER_WORDS,
    GENDERS,
    MATERIALS,
    MATERIALS_ZH,
    MIXED_COLOURS,
    PRODUCT_TYPES,
    PRODUCT_TYPES_ZH,
    STOP_WORDS,
    SWAP_COLOURS,
    SWAP_MATERIALS,
)
from titlewright.evaluation.planted.plants import (
    Plant,
    Pool,
    find_word,
    in_case_of,
    lacks,
    put,
    with_sentence,
)
from titlewright.evaluation.stated import fold, tokens

# Where a colour stands in a description without being the product's colour.
_OTHER_ROLES = (
    "buttons?|dial|logo|laces?|lining|lined|sole|outsole|trim|stitch\\w*|thread|zip\\w*|strap|print|"
    "piping|border|hem|cuffs?|collar|sneakers|jeans|heels|boots|trousers|tights|leds?|light|ink|"
    "background|box|packaging|hardware"
)
_TRAP_SENTENCES = (
    "Pair it with {} jeans.",
    "Looks great with {} shoes.",
    "Comes in a {} gift box.",
    "Shown in the picture beside a {} cup.",
    "Not available in {}.",
    "It has a small {} logo on the back.",
)
_COMPATIBLE = re.compile(
    r"\b(?:compatible with|works with|fits?|for(?: use with| the)?) (\w+(?: \w+)?)", re.IGNORECASE
)
_BRAND_TRAP_SENTENCES = (
    "Compatible with {}.",
    "For use with {} products.",
    "Also fits {}.",
    "Not made by {}.",
    "A good alternative to {}.",
)


def colour(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """Another colour that the product doesn't state at all."""
    if base.language == "zh":
        return _colour_chinese(base, rng, pool)
    place = _title_colour(base)
    if place is None or not lacks(base.stated, *MIXED_COLOURS):
        return None
    absent = [new for new in pool.some(SWAP_COLOURS) if lacks(base.stated, *_family(new))]
    return put(base.title, place, rng.choice(absent), "absent") if absent else None


def colour_trap(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """A colour that the description states of something else, while an attribute has the truth."""
    place = _title_colour(base)
    stated = " ".join(
        value for name, value in base.product.attributes.items() if re.search("colou?r", name)
    ).casefold()
    if base.language == "zh" or place is None or place[0].casefold() not in stated:
        return None
    own = {word for name in tokens(stated) for word in _family(name)}
    if own & set(MIXED_COLOURS) or set(tokens(base.title)) & {"multi", "multicoloured"}:
        return None
    others = [new for new in pool.some(SWAP_COLOURS) if not own & {new, *_family(new)}]
    others = [new for new in others if not find_word(base.title, new)]
    said = [
        new
        for new in others
        if re.search(
            rf"\b{new}(?:[- ]\w+)? (?:{_OTHER_ROLES})\b", base.product.description, re.IGNORECASE
        )
        and len(re.findall(rf"\b{new}\b", base.product.description, re.IGNORECASE)) == 1
        and not re.search(
            rf"(?:and|&|,|/) ?{new}\b|\b{new} ?(?:and|&|,|/)", base.stated.text, re.IGNORECASE
        )
    ]
    if said:
        return put(base.title, place, rng.choice(said), "stated of a part")
    unsaid = [new for new in others if lacks(base.stated, *_family(new))]
    if not unsaid:
        return None
    new = rng.choice(unsaid)
    plant = put(base.title, place, new, "stated of another thing")
    product = with_sentence(base, rng.choice(_TRAP_SENTENCES).format(new))
    return Plant(plant.title, plant.planted, plant.original, plant.variant, product)


def _is_said_of_a_part(word: str, text: str) -> bool:
    """Whether a colour stands once, of a part or another thing, and in no list of colours."""
    return (
        len(re.findall(rf"\b{word}\b", text)) == 1
        and re.search(rf"\b{word}(?:[- ]\w+)? (?:{_OTHER_ROLES})\b", text) is not None
        and not re.search(rf"(?:and|&|,|/) ?{word}\b|\b{word} ?(?:and|&|,|/)", text)
    )


def _title_colour(base: Base) -> re.Match[str] | None:
    words = {word for family in COLOURS.values() for word in family} - AMBIGUOUS_COLOURS
    found = [match for word in sorted(words) if (match := find_word(base.title, word))]
    brand = base.product.brand.casefold()
    found = [match for match in found if match[0].casefold() not in brand]
    return min(found, key=lambda match: match.start()) if found else None


def _family(word: str) -> tuple[str, ...]:
    """Every colour word of the families that a colour belongs to, itself too."""
    return (word, *(other for family in COLOURS.values() if word in family for other in family))


def _colour_chinese(base: Base, rng: Random, pool: Pool) -> Plant | None:
    present = [name for name in COLOURS_ZH if name in base.title]
    absent = [
        name
        for name in pool.some(tuple(COLOURS_ZH))
        if not any(letter in base.stated.text for letter in COLOURS_ZH[name])
    ]
    if not present or not absent:
        return None
    old, new = present[0], rng.choice(absent)
    return Plant(base.title.replace(old, new, 1), new, old, "absent")


def brand(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """Another brand of the same data set."""
    place = _title_brand(base)
    options = _other_brands(base, rng, pool)
    if place is None or not options:
        return None
    new = options[0]
    return Plant(_replaced(base.title, place, new), new, place[0], "absent")


def brand_trap(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """A brand that the product only names as compatible, or as another maker."""
    place = _title_brand(base)
    if place is None:
        return None
    own = base.product.brand.casefold()
    named = {name.casefold() for name in _COMPATIBLE.findall(base.product.description)}
    named |= {first.split()[0] for first in named}
    fits = [
        name
        for name in pool.brands
        if name.casefold() in named
        and name.casefold() not in own
        and own not in name.casefold()
        and not find_word(base.title, name)
    ]
    if fits:
        new = rng.choice(fits)
        return Plant(_replaced(base.title, place, new), new, place[0], "named as compatible")
    options = _other_brands(base, rng, pool)
    if not options:
        return None
    new = options[0]
    sentence = (
        f"适用于{new}。" if base.language == "zh" else rng.choice(_BRAND_TRAP_SENTENCES).format(new)
    )
    title = _replaced(base.title, place, new)
    return Plant(title, new, place[0], "named in an added sentence", with_sentence(base, sentence))


def _title_brand(base: Base) -> re.Match[str] | None:
    name = base.product.brand
    if len(name) < 2:
        return None
    if base.language == "zh":
        return re.search(re.escape(name), base.title, re.IGNORECASE)
    return find_word(base.title, name)


def _other_brands(base: Base, rng: Random, pool: Pool) -> list[str]:
    sample = rng.sample(pool.brands, min(len(pool.brands), 12))
    return [
        name
        for name in sample
        if not any(
            word in STOP_WORDS or base.stated.says_word(word) or word.isdigit()
            for word in tokens(name)
        )
        and fold(name) not in base.stated.folded
        and fold(base.product.brand) not in fold(name)
    ]


def _replaced(title: str, place: re.Match[str], new: str) -> str:
    return title[: place.start()] + new + title[place.end() :]


def material(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """Another material than the stated one: copper for steel."""
    if base.language == "zh":
        return _one_of_chinese(base, rng, pool, MATERIALS_ZH)
    words = sorted({word for name in SWAP_MATERIALS for word in MATERIALS[name]})
    places = [match for word in words if (match := find_word(base.title, word))]
    absent = [name for name in pool.some(SWAP_MATERIALS) if lacks(base.stated, *MATERIALS[name])]
    if not places or not absent:
        return None
    place = rng.choice(places)
    full = re.search(
        rf"\b(?:stainless|faux|genuine)[ -]{re.escape(place[0])}\b", base.title, re.IGNORECASE
    )
    return put(base.title, full or place, rng.choice(absent))


def product_type(base: Base, rng: Random, pool: Pool) -> Plant | None:
    """Another kind of thing: a jacket for a shirt."""
    if base.language == "zh":
        return _one_of_chinese(base, rng, pool, PRODUCT_TYPES_ZH)
    for groups in PRODUCT_TYPES.values():
        places = [
            (match.start(), match, group)
            for group in groups
            for word in group
            for form in (word, f"{word}s", f"{word}es")
            if (match := find_word(base.title, form))
        ]
        if not places:
            continue
        _, place, own = max(places, key=lambda found: found[0])
        others = [
            group
            for group in groups
            if group is not own
            and lacks(base.stated, *group)
            and not base.stated.mentions(*(word[:5] for word in group if len(word) > 3))
        ]
        options = [word for group in others for word in pool.some(group[:2])]
        if options:
            return put(base.title, place, rng.choice(options))
    return None


def _one_of_chinese(base: Base, rng: Random, pool: Pool, words: tuple[str, ...]) -> Plant | None:
    """One listed word of a Chinese title becomes another that shares no letter with the product."""
    present = [word for word in words if word in base.title]
    absent = [
        word
        for word in pool.some(words)
        if not any(letter in base.stated.text for letter in word if letter not in "色纯真实手")
        and word not in base.stated.text
    ]
    if not present or not absent:
        return None
    old, new = present[0], rng.choice(absent)
    return Plant(base.title.replace(old, new, 1), new, old)


def gender(base: Base, rng: Random, pool: Pool) -> Plant | None:  # noqa: ARG001 - a Planter
    """Women for men, girls for boys."""
    if base.language == "zh":
        return _gender_chinese(base)
    for match in re.finditer(r"[A-Za-z]+(?:['’]s?)?", base.title):
        new = GENDERS.get(match[0].casefold().replace("’", "'"))
        if new is None:
            continue
        kinds = [kind for kind, words in GENDER_WORDS.items() if new.casefold() in words]
        false = GENDER_WORDS[kinds[0]] | GENDER_WORDS["both"]
        if not false & set(tokens(base.stated.text)):
            return Plant(
                base.title[: match.start()] + in_case_of(match[0], new) + base.title[match.end() :],
                in_case_of(match[0], new),
                match[0],
            )
        return None
    return None


def _gender_chinese(base: Base) -> Plant | None:
    for old, new in (("男", "女"), ("女", "男")):
        if old in base.title and new not in base.stated.text + base.title:
            return Plant(base.title.replace(old, new, 1), new, old)
    return None
