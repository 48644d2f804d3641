"""Product, hints and examples to one request. The product is data inside its fence, masked.

What is asked stands outside the fence, in the system message and after it; neither changes with
what a product says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from titlewright.generators.huggingface.prompts import (
    SYSTEM,
    Line,
    Prompt,
    fenced,
    prompt,
    read_title,
)
from titlewright.records import Example, Hints, Product
from titlewright.text.private import scrub

# How the chat formats of common models mark turns: any "<|...|>", and those of Llama 2, Gemma,
# DeepSeek and Mistral. A server may read them in a product as if they were its own.
CONTROL_TOKENS = (
    "<|", "|>", "<｜", "｜>", "[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "<s>", "</s>",
    "<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "[SYSTEM_PROMPT]", "[AVAILABLE_TOOLS]",
    "<think>", "</think>",
)  # fmt: skip
_INSTRUCTIONS = (
    f"{SYSTEM} Use only facts that the product states: no claim, number or brand of your own. "
    'Answer with JSON and nothing else: {"titles": ["...", "..."]}'
)
_LONGEST_PROMPT = 12_000  # characters of a product; no title needs more, and each one costs


@dataclass(frozen=True, slots=True)
class Request:
    """One request for n titles: the messages, and the sampling that decides the answer."""

    messages: tuple[tuple[str, str], ...]  # role and content
    n: int
    seed: int

    @property
    def size(self) -> int:
        """Bytes of all messages in UTF-8, at most which are the tokens of a byte-level model."""
        return sum(len(role) + len(content.encode()) + 16 for role, content in self.messages)

    def to_json(self) -> dict[str, Any]:
        return {"messages": [list(message) for message in self.messages], "n": self.n,
                "seed": self.seed}  # fmt: skip

    def chat(self) -> list[dict[str, str]]:
        """The messages as the API takes them."""
        return [{"role": role, "content": content} for role, content in self.messages]


def build(
    product: Product, hint: Hints, examples: Sequence[Example], *, n: int, seed: int
) -> Request | None:
    """The request for up to n titles; None for a product that says nothing."""
    asked = prompt(product, hint, CONTROL_TOKENS)
    if asked is None:
        return None
    messages = [("system", _INSTRUCTIONS)]
    for example in examples:
        shown = prompt(example.product, example.hints, CONTROL_TOKENS)
        title = fenced(read_title(scrub(example.title)), CONTROL_TOKENS)
        if shown is not None and title:
            messages.append(("user", _question(shown, 1)))
            messages.append(("assistant", json.dumps({"titles": [title]}, ensure_ascii=False)))
    messages.append(("user", _question(asked, n)))
    return Request(tuple(messages), n, seed & 0x7FFFFFFF)  # servers take 31 bits


def _question(asked: Prompt, n: int) -> str:
    lines = sorted(asked.lines, key=lambda line: line.rank)
    room = _LONGEST_PROMPT
    kept: set[Line] = set()
    for line in lines:  # what matters most first, as long as there is room
        room -= len(line.name) + len(line.value) + 3
        if room < 0 and kept:
            break
        kept.add(line)
    text = asked.text([line for line in asked.lines if line in kept])
    return f"{text} Give {n} different titles, best first." if n > 1 else f"{text} Give 1 title."
