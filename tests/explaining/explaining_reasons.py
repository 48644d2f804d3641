"""The reasons that the code gives, read out of it."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import titlewright
from titlewright.rewriting.tones import TONES
from titlewright.scorers.appeal.features import FACTORS
from titlewright.scorers.voice.figures import FIGURES

SOURCE = Path(titlewright.__file__).parent


def texts(node: ast.AST) -> list[str]:
    """What a string in the code may say, a 7 standing for each value; [] for anything else."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in texts(value)]
    if isinstance(node, ast.JoinedStr):
        parts = [
            (texts(part.value) or ["7"]) if isinstance(part, ast.FormattedValue) else texts(part)
            for part in node.values
        ]
        return ["".join(choice) for choice in itertools.product(*parts)]
    return []


def strings(tree: ast.AST) -> Iterator[str]:
    """Every text of at least two words below a node, the outermost strings only."""
    if isinstance(tree, ast.Raise):
        return
    said = texts(tree)
    if said:
        yield from (text for text in said if " " in text.strip())
        return
    body = getattr(tree, "body", [])
    documented = isinstance(tree, ast.Module | ast.ClassDef | ast.FunctionDef) and body
    for child in ast.iter_child_nodes(tree):
        if not (documented and child is body[0] and isinstance(child, ast.Expr)):
            yield from strings(child)


def arguments(tree: ast.AST, name: str) -> Iterator[ast.AST]:
    """What is given to calls of a function or method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if name == getattr(called, "id", getattr(called, "attr", "")):
                named = name in NAMED  # then it is given a name before the reason
                yield from (*node.args[named:], *(keyword.value for keyword in node.keywords))


class Inlined(ast.NodeTransformer):
    """Puts a text that is given a name, once in a function or module, where the name is used.

    And `quoted` where words are put into quotation marks.
    """

    def __init__(self, quoted: str) -> None:
        self.quoted = quoted
        self.known: dict[str, ast.expr] = {}
        self.stored: list[str] = []

    def within(self, node: ast.AST) -> ast.AST:
        outside = self.known, self.stored
        names = [each for each in ast.walk(node) if isinstance(each, ast.Name)]
        self.stored = [each.id for each in names if isinstance(each.ctx, ast.Store)]
        self.known = dict(self.known)
        self.generic_visit(node)
        self.known, self.stored = outside
        return node

    visit_FunctionDef = visit_Module = within  # noqa: N815 - names that ast calls

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.known.get(node.id, node) if isinstance(node.ctx, ast.Load) else node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return ast.Constant(self.quoted) if getattr(node.func, "id", "") == "quoted" else node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        self.generic_visit(node)
        target = node.targets[0]
        if (
            isinstance(target, ast.Name)
            and self.stored.count(target.id) == 1
            and any(texts(node.value))
        ):
            self.known[target.id] = node.value
            return None
        return node


@cache
def tree(path: str) -> ast.AST:
    quoted = '"7"' if path.startswith("channels/") else "“7”"
    return Inlined(quoted).visit(ast.parse((SOURCE / path).read_text(encoding="utf-8")))


NAMED = {"Problem"}
WHOLE = [  # every text in these is a reason
    "ranking/qualities.py", "ranking/relative.py", "scorers/bert.py", "scorers/cnn.py",
    "scorers/appeal/scorer.py", "product_types/inferring.py", "grounding/pruning.py",
    "scorers/fluency.py", "scorers/demand/scorer.py", "scorers/voice/scorer.py",
    "scorers/distinct/scorer.py",
    *(f"scorers/factors/{name}.py" for name in
      ("concreteness", "length", "numbers", "position", "readability", "sentiment")),
]  # fmt: skip
CALLS = [  # in these, what such calls are given
    *((f"grounding/reading/{name}.py", "note_nothing") for name in
      ("codes", "quantities", "words", "unspaced")),
    ("grounding/contradictions.py", "replace"),
    ("grounding/contradictions.py", "Evidence"), ("grounding/imitations.py", "replace"),
    ("gates.py", "Refused"), ("pipeline.py", "_lost"),
    *((f"channels/kinds/{name}.py", "Fix") for name in
      ("base", "spacing", "length", "wording", "characters", "casing")),
    ("channels/shortening.py", "Shortened"), ("optimizing.py", "Violation"),
    ("rewriting/case.py", "Asked"),
    *((f"rewriting/{name}.py", call) for call in ("Edit", "Problem") for name in
      ("arranging", "excess", "missing", "ordering", "search", "truth", "wording")),
]  # fmt: skip
FUNCTIONS = [  # and what these functions say
    ("grounding/numbers.py", "back_quantity"), ("grounding/numbers.py", "_nearest"),
    ("grounding/numbers.py", "_back_bare_number"), ("pipeline.py", "_why_lost"),
    ("scorers/appeal/model.py", "reasons"), ("grounding/reading/words.py", "read_word"),
]  # fmt: skip


def keys(path: str, name: str) -> Iterator[str]:
    """The texts that a function has as the keys of what it writes out."""
    for node in ast.walk(function(path, name)):
        if isinstance(node, ast.Dict):
            yield from (text for key in node.keys if key for text in texts(key))


def function(path: str, name: str) -> ast.FunctionDef:
    (found,) = [
        node for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]  # fmt: skip
    return found


def reasons() -> Iterator[str]:
    for path in WHOLE:
        yield from strings(tree(path))
    for path, call in CALLS:
        yield from (text for given in arguments(tree(path), call) for text in strings(given))
    for path, name in FUNCTIONS:
        yield from strings(function(path, name))
    yield from (f"for it: {factor}" for factor in FACTORS)
    yield from (f"{tone} tone" for tone in TONES)
    yield from (text for figure in FIGURES for text in (figure.less, figure.more) if text)
    yield from (f"{what} 7" for what in keys("scorers/demand/stuffing.py", "factor"))


# Texts of two words that are none by themselves: pieces that others are made of, and names
NO_REASONS = {
    "same quantity", "Removed decorative", "7 7", "7 and 7", "7 tone", "7 “7”", "77 7",
    "brand position", "type position",
}  # fmt: skip
REASONS = sorted(
    text for text in set(reasons()) if text not in NO_REASONS and not re.search(r"\\|\(\?", text)
)
