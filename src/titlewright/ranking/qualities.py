"""The qualities of a title that anyone can check by eye, each from 0 to 1 with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from titlewright.channels import Channel, length
from titlewright.channels import limit as channel_limit
from titlewright.generators.facts import Facts, is_short_name, read_facts
from titlewright.generators.phrases import sentence_words
from titlewright.generators.saying import Said, Wording
from titlewright.grounding import Grounding
from titlewright.grounding.function_words import is_function_word
from titlewright.records import Product, Score
from titlewright.text.casing import is_shouting, looks_like_code
from titlewright.text.promotion import without_promotion
from titlewright.text.words import atoms


def judge(
    product: Product, candidates: Sequence[tuple[str, Grounding]], channel: Channel
) -> list[tuple[Score, ...]]:
    """The plain qualities of each candidate; a candidate's don't depend on the others."""
    facts = read_facts(product)
    wanted = _key_facts(facts)
    return [
        (
            _complete(text, wanted),
            _length(text, product, channel),
            _clear(text, facts),
            _order(text, facts),
            _stated(grounding),
        )
        for text, grounding in candidates
    ]


class _Wanted(NamedTuple):
    """A key fact: its name, how it is looked for, and what keeping it is worth."""

    name: str
    wording: Wording
    weight: float


def _key_facts(facts: Facts) -> list[_Wanted]:
    """What a full title keeps; brand, product type and what tells models apart count double."""
    wanted = [("brand", facts.brand, 2.0), ("product type", facts.kind, 2.0)]
    wanted += [
        (name.replace("_", " "), facts.slots.get(name, ""), 2.0 if name == "model" else 1.0)
        for name in ("model", "gender", "color", "size", "quantity", "specification", "material")
    ]
    name = is_short_name(facts.own_words)
    wanted += [
        ("present title's " + word, word, 2.0 if name else _worth(word, place))
        for place, word in enumerate(_telling(without_promotion(facts.own_words)))
    ]
    if not facts.own_words and not (facts.brand and facts.phrase):
        wanted += [("description's " + word, word, 0.25) for word in _telling(facts.opening)]
    return [_Wanted(name, Wording.of(fact), weight) for name, fact, weight in wanted if fact]


def _worth(word: str, place: int) -> float:
    """Of a word of the present title: a code tells the product from all others."""
    if looks_like_code(word):
        return 2.0
    return 1.0 if place < 8 else 0.5


def _complete(text: str, wanted: Sequence[_Wanted]) -> Score:
    """Share of the key facts that the title keeps."""
    if not wanted:
        return Score("complete", 0.5, ("the product states no key facts",))
    said = Said(text)
    missing = [fact.name for fact in wanted if not said.says(fact.wording)]
    total = sum(fact.weight for fact in wanted)
    kept = sum(fact.weight for fact in wanted if fact.name not in missing)
    reasons = (f"leaves out {', '.join(missing[:4])}",) if missing else ("keeps every key fact",)
    return Score("complete", kept / total, reasons)


def _telling(title: str) -> list[str]:
    """The content words of the present title: what a seller found worth saying."""
    words = dict.fromkeys(a.text for a in atoms(title) if not is_function_word(a.norm, "en"))
    return list(words)[:20]


def _order(text: str, facts: Facts) -> Score:
    """Brand first, then what the thing is: how early the two stand, 1 at the start."""
    places = []
    lower = text.casefold()
    for fact, other in ((facts.brand, ""), (facts.phrase, facts.kind)):
        at = lower.find(fact.casefold()) if fact else -1
        if at < 0 and other:
            at = lower.find(other.casefold())
        if at >= 0:
            places.append(max(0.0, 1 - at / max(40, len(text))))
    if not places:
        return Score("order", 0.5, ("no brand or type to place",))
    value = sum(places) / len(places)
    return Score("order", value, ("brand and type stand early" if value > 0.7 else "late",))


def _length(text: str, product: Product, channel: Channel) -> Score:
    """1 between half the useful length and all of it; slowly less above it, faster below."""
    long = length(channel, text)
    useful = channel.recommended_length or channel_limit(channel, product) or 80
    if long > useful:
        value = max(0.6, 1 - 0.3 * (long - useful) / useful)
        return Score("length", value, (f"{long} long, {useful} are seen",))
    value = min(1.0, long / (0.5 * useful))
    return Score("length", value, (f"{long} of {useful}",))


def _clear(text: str, facts: Facts) -> Score:
    """Falls with repeated words, shouting and too many marks."""
    words = [atom for atom in atoms(text) if not atom.unspaced]
    norms = [word.norm for word in words]
    repeated = {norm for norm in norms if len(norm) > 2 and norms.count(norm) > 1}
    brand = facts.brand.split()
    shouted = [word.text for word in words if is_shouting(word.text, brand)]
    marks = sum(not (c.isalnum() or c.isspace()) for c in text) / max(1, len(text))
    talking = [norm for norm in norms if norm in sentence_words()]
    value = (
        1.0
        - 0.2 * len(talking)
        - 0.15 * len(repeated)
        - 0.2 * min(3, len(shouted))
        - max(0.0, 2 * (marks - 0.08))
    )
    reasons = []
    if repeated:
        reasons.append(f"repeats {', '.join(sorted(repeated))}")
    if talking:
        reasons.append(f"a sentence rather than a name ({', '.join(talking[:3])})")
    if shouted:
        reasons.append(f"shouts {', '.join(shouted[:3])}")
    return Score("clear", max(0.0, value), tuple(reasons) or ("reads plainly",))


def _stated(grounding: Grounding) -> Score:
    """How literally the title is backed: 1 when every span stands in the source word for word."""
    if not grounding.evidence:
        return Score("stated", 0.0, ("nothing to back",))
    literal = sum(item.kind in {"exact", "category"} for item in grounding.evidence)
    return Score("stated", literal / len(grounding.evidence), ())
