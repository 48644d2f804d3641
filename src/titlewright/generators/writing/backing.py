"""Which words of the vocabulary a product backs: the others are not written at all.

What is copied stands in the product; a word of the vocabulary may not. Grounding would take it out
afterwards and leave a shorter, torn title, so that it is asked before. After a number a word is
asked for together with it: "24 count" is one fact.
"""

from __future__ import annotations

from titlewright.generators.writing.wording import Said
from titlewright.grounding import Grounder
from titlewright.records import Product
from titlewright.text.words import fold


class Backing:
    """The verdicts on one product's words, each found once."""

    def __init__(self, product: Product) -> None:
        self._grounder = Grounder(product)
        self._known: dict[str, bool] = {}
        texts = (product.title, *product.attributes.values(), product.description)
        self._text = fold("\n".join(texts))

    def backs(self, unit: Said, last: Said) -> bool:
        """Whether the product states the unit, or the number written last together with it."""
        if not unit.keys:
            return True  # marks and small words state nothing
        text = f"{last.text} {unit.text}" if last.digits else unit.text
        verdict = self._known.get(text)
        if verdict is None:
            verdict = self._known[text] = self._grounder.ground(text).supported
        return verdict

    def joins(self, small: Said, code: Said) -> bool:
        """Whether the product itself has the code behind the small word: what a cartridge is for
        is another thing than what it is called."""
        return f"{small.folded} {code.folded}" in self._text
