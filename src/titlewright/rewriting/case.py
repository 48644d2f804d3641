"""What is known of a product whose title is to be improved, and what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from titlewright.channels import Channel
from titlewright.generators.avoiding import facts_without
from titlewright.generators.facts import Facts, read_facts
from titlewright.grounding import Grounder
from titlewright.product_types import infer_types
from titlewright.records import Hints, Product
from titlewright.rewriting.form import Form
from titlewright.rewriting.tones import Tone, tone_words

DEFAULT_ORDER = ("brand", "model", "product_type", "key_attribute", "color", "size", "quantity")


@dataclass(frozen=True, slots=True)
class Asked:
    """A word or phrase that a title should hold where it is true, and why."""

    words: str
    why: str


@dataclass(frozen=True)
class Case:
    """One product on one channel. Titles of it are diagnosed and edited with what stands here.

    order  the places of a title, first to last, as the channel or the user wants them
    asked  the words that the user, the searches or the tone want
    """

    product: Product
    channel: Channel
    hints: Hints
    facts: Facts
    grounder: Grounder
    order: tuple[str, ...]
    asked: tuple[Asked, ...]
    tone: Tone | None
    liked: str = ""  # the title in the form that the user likes

    @classmethod
    def of(
        cls,
        product: Product,
        channel: Channel,
        hints: Hints,
        *,
        demanded: Sequence[str] = (),
        tone: Tone | None = None,
        aliases: Path | None = None,
        form: Form | None = None,
    ) -> Self:
        facts = facts_without(read_facts(product), hints.avoid)
        asked = [Asked(words, "asked for") for words in hints.prefer]
        asked += [Asked(words, "searched for") for words in demanded]
        asked += [Asked(words, f"{tone} tone") for words in tone_words(tone, product, facts)]
        return cls(
            product=product,
            channel=channel,
            hints=hints,
            facts=facts,
            grounder=Grounder(product, aliases=aliases),
            order=hints.order or channel.attribute_order or DEFAULT_ORDER,
            asked=tuple({one.words.casefold(): one for one in reversed(asked)}.values())[::-1],
            tone=tone,
            liked=form.title(product) if form else "",
        )

    def entitled(self, title: str, aliases: Path | None = None) -> Case:
        """The same case with another present title, and what that lets infer."""
        (product,) = infer_types([replace(self.product, title=title, inferred=())])
        return replace(
            self,
            product=product,
            facts=facts_without(read_facts(product), self.hints.avoid),
            grounder=Grounder(product, aliases=aliases),
        )
