"""Evidence for each span of a title, from what the product states.

Grounder(product).ground(title) -> Grounding(evidence, unsupported, supported)
"""

from titlewright.grounding.grounder import Grounder, Grounding, ground

__all__ = ["Grounder", "Grounding", "ground"]
