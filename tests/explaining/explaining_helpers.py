"""A product, its candidates and their ranking, which the tests of explanations share."""

from __future__ import annotations

from collections.abc import Sequence

from titlewright.channels import Channel, get_channel
from titlewright.explaining import Explanation, RankingSettings, explain
from titlewright.pipeline import Pipeline
from titlewright.records import Candidate, Hints, Product, TitleResult

BOOTS = Product(
    id="b-1",
    title="SALE!!! boots 🥾 brown",
    description="Waterproof hiking boots 🥾 for men with a grippy sole, in brown leather.",
    brand="Fjell",
    category=("Shoes", "Hiking"),
    attributes={"color": "brown", "gender": "Men", "material": "leather"},
)
TITLES = (
    "Fjell Men Waterproof Hiking Boots, Brown, Leather",
    "Fjell Men Hiking Boots, Brown",
    "Fjell Hiking Boots",
    "Fjell Red Hiking Boots",
)


class Writes:
    """A generator that writes these titles, with these log-probabilities."""

    name = "writes"
    model_made = False

    def __init__(self, titles: Sequence[str], likely: Sequence[float | None] | None = None) -> None:
        self.titles = titles
        self.likely = likely or [None] * len(titles)

    def generate(
        self,
        products: Sequence[Product],
        *,
        n: int,
        hints: Sequence[Hints] | None = None,  # noqa: ARG002
        seed: int = 0,  # noqa: ARG002
    ) -> list[list[Candidate]]:
        made = [
            Candidate(title, self.name, value)
            for title, value in zip(self.titles, self.likely, strict=True)
        ]
        return [made[:n] for _ in products]


def made(
    titles: Sequence[str] = TITLES,
    product: Product = BOOTS,
    channel: Channel | None = None,
    likely: Sequence[float | None] | None = None,
    hints: Hints | None = None,
) -> TitleResult:
    """The result of choosing among these titles, exact and not as results files round it."""
    pipeline = Pipeline(
        Writes(titles, likely),
        channel or get_channel("google"),
        infer=False,
        hints=hints,
        net=False,
    )
    (result,) = pipeline.run([product])
    assert isinstance(result, TitleResult), result
    return result


def explained(
    titles: Sequence[str] = TITLES,
    product: Product = BOOTS,
    likely: Sequence[float | None] | None = None,
) -> Explanation:
    """The explanation of choosing among these titles."""
    settings = RankingSettings(get_channel("google"))
    return explain(made(titles, product, likely=likely), product, settings)
