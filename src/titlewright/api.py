"""The Python API: the same as the command line, for one product or a list.

from titlewright import generate
generate("Men's waterproof hiking boots, brown leather", channel="ebay").title
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import regex

from titlewright.channels import get_channel
from titlewright.errors import RecordError
from titlewright.generators import DEFAULT, create
from titlewright.grounding import Grounder, Grounding
from titlewright.pipeline import Pipeline
from titlewright.ranking import Taste
from titlewright.records import Hints, Product, Reject

if TYPE_CHECKING:
    from titlewright.optimizing import Optimizer
    from titlewright.rewriting import Freedom, Tone

ProductLike = Product | Mapping[str, Any] | str


@lru_cache(maxsize=32)
def _pipeline(
    generator: str,
    channel: str,
    candidates: int,
    seed: int,
    hints: Hints,
    packs: Path | None,
    aliases: Path | None,
    taste: Taste,
    digests: tuple[tuple[str, str], ...],  # noqa: ARG001 - other files are another pipeline
) -> Pipeline:
    return Pipeline(
        create(generator),
        get_channel(channel, packs),
        candidates=candidates,
        seed=seed,
        hints=hints,
        aliases=aliases,
        scorers=taste.scorers(),
        weigher=taste.weigher(),
    )


def generate(
    product: ProductLike | Sequence[ProductLike],
    /,
    *,
    channel: str = "google",
    generator: str = DEFAULT,
    candidates: int = 5,
    seed: int = 0,
    hints: Hints | None = None,
    packs: Path | None = None,
    aliases: Path | None = None,
    taste: Taste | None = None,
) -> Any:
    """Titles for a product, or for a list of products.

    A product is a `Product`, a mapping with its fields ("description", "brand", "attributes"...),
    or just a text that describes it. For one product the result is a TitleResult, and RecordError
    is raised when no true and allowed title can be made. For a list the result is a list, in
    which such products come back as `Reject` in their place. `packs` is a folder of further rule
    packs, `aliases` a file of further aliases, `taste` names files of search terms, of liked titles
    and of a learnt ranking. Raises ChannelError and GeneratorError for unknown names.
    """
    taste = taste or Taste()
    pipeline = _pipeline(
        generator, channel, candidates, seed, hints or Hints(), packs, aliases, taste,
        tuple(taste.digests().items()),
    )  # fmt: skip
    return _run(pipeline, product)


@lru_cache(maxsize=32)
def _optimizer(
    generator: str,
    channel: str,
    edits: Freedom,
    tone: Tone | None,
    seed: int,
    hints: Hints,
    packs: Path | None,
    aliases: Path | None,
    taste: Taste,
    digests: tuple[tuple[str, str], ...],  # noqa: ARG001 - other files are another optimizer
) -> Optimizer:
    from titlewright.optimizing import Optimizer

    demand = taste.demand()

    return Optimizer(
        create(generator), get_channel(channel, packs),
        edits=edits, tone=tone, seed=seed, hints=hints, aliases=aliases,
        demanded=demand.queries if demand else None,
        scorers=taste.scorers(demand), weigher=taste.weigher(),
    )  # fmt: skip


def optimize(
    product: ProductLike | Sequence[ProductLike],
    /,
    *,
    channel: str = "google",
    edits: Freedom = "small",
    tone: Tone | None = None,
    generator: str = DEFAULT,
    seed: int = 0,
    hints: Hints | None = None,
    packs: Path | None = None,
    aliases: Path | None = None,
    taste: Taste | None = None,
) -> Any:
    """The titles that products have, improved; good ones are left alone.

    `edits` "small" mends what is wrong by few words, "free" also rewrites; `tone` prefers some of
    the product's own words; the rest is as for `generate`. For one product the result is a
    TitleResult whose `repairs` name the edits, and RecordError is raised when there is no title or
    it can't be mended; for a list it is a list, in which such products come back as `Reject` in
    their place. Raises ChannelError and GeneratorError for unknown names.
    """
    taste = taste or Taste()
    optimizer = _optimizer(
        generator, channel, edits, tone, seed, hints or Hints(), packs, aliases, taste,
        tuple(taste.digests().items()),
    )  # fmt: skip
    return _run(optimizer, product)


def _run(titler: Pipeline | Optimizer, product: ProductLike | Sequence[ProductLike]) -> Any:
    """One result, or a RecordError, for one product; for a list a list."""
    if isinstance(product, Product | Mapping | str):
        (made,) = titler.run([as_product(product)])
        if isinstance(made, Reject):
            raise RecordError(made.problem, field=made.field, advice=made.advice)
        return made
    return titler.run([as_product(item) for item in product])


def ground(product: ProductLike, title: str, *, aliases: Path | None = None) -> Grounding:
    """The evidence for each span of a title in what the product states.

    `.supported` says whether all of it is backed, `.unsupported` holds what is not.
    """
    return Grounder(as_product(product), aliases=aliases).ground(title)


def as_product(item: ProductLike) -> Product:
    """A Product from what people have at hand, its texts cleaned as those of a feed are.

    A text is taken as the description; a Product stays as it is.
    """
    if isinstance(item, Product):
        return item
    if not isinstance(item, str | Mapping):
        raise RecordError(
            f"A product is a text, a mapping or a Product, not {type(item).__name__}.",
            advice='For example {"description": "...", "brand": "..."}.',
        )
    stated = {"description": item} if isinstance(item, str) else item
    raw = Product.from_json({"id": "1", **stated})
    return replace(
        raw,
        title=_clean(raw.title),
        description=_clean(raw.description),
        brand=_clean(raw.brand),
        category=tuple(map(_clean, raw.category)),
        attributes={_clean(name): _clean(value) for name, value in raw.attributes.items()},
    )


# Neither mark-up nor anything that broken encodings leave behind: Latin and Chinese as typed
_CLEAN_ALREADY = regex.compile(r"[\x20-\x25\x27-\x3b\x3d-\x7e\u3000-\ud7ff\uff00-\uffee]*+")


def _clean(text: str) -> str:
    if _CLEAN_ALREADY.fullmatch(text):
        return " ".join(text.split())
    from titlewright.text.clean import clean

    return clean(text)
