"""Which of what a model writes is kept, and in what order, with a model that writes as told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from huggingface_checkpoints import llama, tokenizer

from titlewright.generators.huggingface.checkpoints import assembled
from titlewright.generators.huggingface.prompted import (
    Ask,
    Decoding,
    Hypothesis,
    PromptedGenerator,
)
from titlewright.generators.huggingface.tokens import Tokens
from titlewright.records import Hints, Product

LAMP = Product(id="1", title="Lamp")


@pytest.fixture(scope="module")
def tokens() -> Tokens:
    return assembled("tiny", "causal", llama(), tokenizer()).tokens


class Told:
    """A writer whose beam and whose rounds of samples are given, likelier ones first."""

    def __init__(self, tokens: Tokens, beam: Sequence[str], *rounds: Sequence[str]) -> None:
        self.tokens = tokens
        self.rounds = [self._hypotheses(titles) for titles in (beam, *rounds)]
        self.asked: list[Ask] = []

    def _hypotheses(self, titles: Sequence[str]) -> list[Hypothesis]:
        made = []
        for rank, title in enumerate(titles):
            ids = tuple(self.tokens.title_ids(title)[:-1])
            made.append(Hypothesis(ids, -(rank + 1.0) * (len(ids) + 1), True))
        return made

    def beam(self, asks: Sequence[Ask]) -> list[list[Hypothesis]]:
        self.asked += asks
        return [self.rounds[0] for _ in asks]

    def sample(self, asks: Sequence[Ask], temperature: float) -> list[list[Hypothesis]]:  # noqa: ARG002
        self.asked += asks
        return [self.rounds.pop(1) if len(self.rounds) > 1 else [] for _ in asks]


def kept(writer: Told, n: int, hints: Hints | None = None) -> list[str]:
    generator = PromptedGenerator(writer, writer.tokens, Decoding())
    (made,) = generator.generate([LAMP], n=n, hints=None if hints is None else [hints])
    return [candidate.text for candidate in made]


def test_near_duplicates_count_once(tokens: Tokens) -> None:
    writer = Told(
        tokens,
        ["Red Lamp, 40 cm", "red lamp 40 cm", "Red  Lamp - 40 cm", "RedLamp 40cm", "Blue Lamp"],
        ["A very long title for a very bright lamp", "A very long title for a very bright lamps"],
    )
    assert kept(writer, 9) == [
        "Red Lamp, 40 cm",
        "Blue Lamp",
        "A very long title for a very bright lamp",
    ]


def test_another_number_is_another_title(tokens: Tokens) -> None:
    titles = ["Samsung Galaxy Tablet with a bright screen 32 GB",
              "Samsung Galaxy Tablet with a bright screen 64 GB"]  # fmt: skip
    assert kept(Told(tokens, titles), 5) == titles


def test_the_beam_comes_before_samples_even_likelier_ones(tokens: Tokens) -> None:
    writer = Told(tokens, ["One lamp", "Two lamps"], ["Three lights", "Four bulbs"])
    assert kept(writer, 3) == ["One lamp", "Two lamps", "Three lights"]


def test_each_round_has_a_seed_of_its_own_and_knows_what_was_found(tokens: Tokens) -> None:
    writer = Told(tokens, ["One lamp"], ["Two lamps"], ["Three lights"])
    kept(writer, 3)
    beam, first, second = writer.asked
    assert beam.prompt == first.prompt == second.prompt
    assert first.seed != second.seed
    assert [len(ask.found) for ask in (first, second)] == [1, 2]


def test_no_more_is_sampled_than_needed(tokens: Tokens) -> None:
    writer = Told(tokens, ["One lamp", "Two bulbs"], ["Three lights"])
    kept(writer, 2)
    assert len(writer.asked) == 1


def test_titles_that_fit_come_first_in_the_channel_s_own_unit(tokens: Tokens) -> None:
    titles = ["机械手表 计时", "Watch"]
    assert kept(Told(tokens, titles), 2, Hints(max_length=8)) == titles
    narrow = Hints(max_length=8, unit="display_width")
    assert kept(Told(tokens, titles), 2, narrow) == titles[::-1]


def test_words_to_avoid_are_banned_and_never_kept(tokens: Tokens) -> None:
    writer = Told(tokens, ["Cheap lamp", "Fine lamp"])
    assert kept(writer, 2, Hints(avoid=("cheap",))) == ["Fine lamp"]
    banned = {tokens.text(list(ids)).strip() for ids in writer.asked[0].banned}
    assert {"cheap", "Cheap", "CHEAP"} <= banned


def test_nothing_to_write_gives_nothing(tokens: Tokens) -> None:
    assert kept(Told(tokens, ["", " - ", "\n"]), 3) == []
    assert kept(Told(tokens, ["Lamp"]), 0) == []


def test_log_probabilities_are_of_the_whole_title(tokens: Tokens) -> None:
    writer = Told(tokens, ["One lamp"])
    (made,) = PromptedGenerator(writer, tokens, Decoding()).generate([LAMP], n=1)
    assert made[0].log_probability == writer.rounds[0][0].log_probability
