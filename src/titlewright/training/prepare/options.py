"""What a user may choose about the preparation of training data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from titlewright.errors import SettingsError
from titlewright.records import JsonObject


@dataclass(frozen=True, slots=True)
class PrepareOptions:
    """Choices that decide what comes out; the same options and input give the same bytes.

    languages        ISO 639-1 codes to keep; empty keeps all. Rows whose language can't be told
                     (names and codes only) are kept either way
    min_words        titles with fewer words are no examples
    max_words        titles with more words are no examples
    min_input_words  rows that say less than this beside their title are no examples
    min_backed       least share in [0, 1] of a title's content words that the row must state
                     elsewhere; 0 keeps all
    dev, test        shares of the groups, in [0, 1), that go to dev.parquet and test.parquet
    seed             decides which groups
    group            column whose value keeps rows on one side; empty: brand and title family
    keep_duplicates  keep rows that say the same as another one
    columns          source column to product field, as `open_feed` takes it
    format           of the feeds, where detection is wrong
    """

    languages: tuple[str, ...] = ()
    min_words: int = 2
    max_words: int = 40
    min_input_words: int = 4
    min_backed: float = 0.0
    dev: float = 0.05
    test: float = 0.1
    seed: int = 0
    group: str = ""
    keep_duplicates: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    format: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.min_words <= self.max_words:
            raise SettingsError(
                "The least number of title words must be at least 1 and at most the greatest, "
                f"not {self.min_words} and {self.max_words}."
            )
        if self.min_input_words < 0:
            raise SettingsError(
                f"The least number of input words must be 0 or more, not {self.min_input_words}."
            )
        if not 0 <= self.min_backed <= 1:
            raise SettingsError(
                f"The least share of backed words must be in 0 to 1, not {self.min_backed}."
            )
        if min(self.dev, self.test) < 0 or self.dev + self.test >= 1:
            raise SettingsError(
                "The shares of dev and test must be 0 or more and leave something to train on, "
                f"not {self.dev} and {self.test}."
            )
        for language in self.languages:
            if not (language.isascii() and language.isalpha() and 2 <= len(language) <= 3):
                raise SettingsError(
                    f"Languages are ISO 639-1 codes such as en or zh, not {language!r}."
                )

    def to_json(self) -> JsonObject:
        return asdict(self) | {"languages": list(self.languages), "columns": dict(self.columns)}
