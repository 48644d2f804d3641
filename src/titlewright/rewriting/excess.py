"""What a title says too much: promotion, praise, repeats, piles of shoppers, words to avoid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from titlewright.generators.avoiding import avoided
from titlewright.generators.phrases import sentence_words, without_praise
from titlewright.grounding.contradictions import families_in
from titlewright.grounding.function_words import is_function_word
from titlewright.records import Span
from titlewright.rewriting.case import Case
from titlewright.rewriting.distance import words_of
from titlewright.rewriting.joining import place_of, without
from titlewright.rewriting.problems import Edit, Problem, Severity
from titlewright.text.promotion import find_promotion
from titlewright.text.tokens import has_unspaced_script
from titlewright.text.words import Atom, atoms

_CLAUSE = regex.compile(r"[,;|.。!！?？，、()（）\[\]【】]\s*|\s[-–—]\s")
_JOINT = regex.compile(r"\s*(?:&|\+|/|\b(?:and|or|with|for))\s*$|[和与及]$", regex.I)
_PILE = 4  # audiences in a row that tell nobody apart
_OFTEN = 3  # times that a word stands in a stuffed title


def promotion(case: Case, text: str) -> Iterator[Problem]:
    brand = place_of(case.facts.brand, text)
    if span := find_promotion(text):
        if brand and brand.start <= span.start and span.end <= brand.end:
            return
        span = _with_sentence(text, span)
        found = text[span.start : span.end]
        yield Problem(
            "promotion",
            "warning",
            f'"{found}" is promotion',
            span,
            (Edit(without(text, span), f'dropped the promotion "{found}"'),),
        )


def _with_sentence(text: str, span: Span) -> Span:
    """The whole clause where a sentence is spoken in it: "please buy one size larger"."""
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, span.start)), default=0)
    after = _CLAUSE.search(text, span.end)
    end = after.start() if after else len(text)
    spoken = any(
        atom.norm in sentence_words() or atom.norm == "please" for atom in atoms(text[start:end])
    )
    return Span(start, end) if spoken and start else span


def words_to_avoid(case: Case, text: str) -> Iterator[Problem]:
    found = avoided(text, case.hints.avoid)
    if found:
        place = text.index(found)
        span = Span(place, place + len(found))
        yield Problem(
            "word to avoid",
            "error",
            f'"{found}" is a word to avoid',
            span,
            (Edit(without(text, span), f'dropped "{found}", a word to avoid'),),
        )


def praise(case: Case, text: str) -> Iterator[Problem]:
    """Praise that any seller could write; a plain title does without."""
    plain = without_praise(text)
    said = words_of(plain)
    gone = " ".join(word for word in _taken_out(text, plain) if word not in said)
    if gone and len(said) >= 2:
        yield Problem(
            "praise",
            "warning" if case.tone == "plain" else "note",
            f'"{gone}" is praise',
            edits=(Edit(plain, f'dropped the praise "{gone}"'),),
        )


def _taken_out(before: str, after: str) -> list[str]:
    kept = words_of(after)
    gone = []
    for word in words_of(before):
        if word in kept:
            kept.remove(word)
        else:
            gone.append(word)
    return gone


def repeats(case: Case, text: str) -> Iterator[Problem]:  # noqa: ARG001 - a finder's
    """A word or a run of words that stands in the title again.

    Twice at some distance may be meant (a steel bowl with a steel lid): that is a note. Next to
    itself, as a run of two words or more, or for the third time it is stuffing.
    """
    words = atoms(text)
    latin_name = has_unspaced_script(text)  # HOKA ONE ONE: Latin words there are names
    seen: dict[str, list[int]] = {}
    index = 0
    while index < len(words):
        norm = words[index].norm
        earlier = seen.get(norm, [])
        if earlier and _tells(words[index]):
            length = _run(words, earlier[0], index)
            doubled = earlier[-1] == index - 1 and not (latin_name and words[index].text.isascii())
            stuffed = length > 1 or len(earlier) + 1 >= _OFTEN or doubled
            yield _repeat(text, words[index : index + length], words[earlier[0]], stuffed)
            return
        seen.setdefault(norm, []).append(index)
        index += 1


def _tells(atom: Atom) -> bool:
    long = len(atom.norm) > (1 if atom.unspaced else 2)
    return long and not atom.norm.isdigit() and not is_function_word(atom.norm, "en")


def _run(words: Sequence[Atom], first: int, second: int) -> int:
    """How many words stand again in the same order from the second place on."""
    length = 1
    while (
        first + length < second
        and second + length < len(words)
        and words[first + length].norm == words[second + length].norm
    ):
        length += 1
    while length > 1 and not _tells(words[second + length - 1]):
        length -= 1
    return length


def _repeat(text: str, again: Sequence[Atom], first: Atom, stuffed: bool) -> Problem:
    span = Span(again[0].start, again[-1].end)
    found = text[span.start : span.end]
    joint = _JOINT.search(text[: span.start])
    gone = Span(joint.start(), span.end) if joint else span
    edits = [Edit(without(text, gone), f'dropped the repeated "{found}"')]
    if len(again) == 1:
        earlier = Span(first.start, first.end)
        edits.append(Edit(without(text, earlier), f'dropped the first of the repeated "{found}"'))
    severity: Severity = "warning" if stuffed else "note"
    return Problem("repetition", severity, f'"{found}" is said again', span, tuple(edits))


def piled_audiences(case: Case, text: str) -> Iterator[Problem]:  # noqa: ARG001 - a finder's
    """Boy Girl Kids Teen Men Women: all of them is no one, and helps nobody to choose."""
    words = atoms(text)
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and families_in(words[end].text, "audiences"):
            end += 1
        if end - start >= _PILE:
            span = Span(words[start].start, words[end - 1].end)
            found = text[span.start : span.end]
            yield Problem(
                "stuffing",
                "warning",
                f'"{found}" names everybody',
                span,
                (Edit(without(text, span), f'dropped "{found}", which names everybody'),),
            )
            return
        start = end + 1
