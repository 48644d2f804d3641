"""Who takes part in a comparison: families to train, saved models, generators as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from titlewright.errors import SettingsError
from titlewright.generators import families, judges, names
from titlewright.generators.saved import is_model, read_model_json

ALL = "all"
ENSEMBLE, REFERENCE = "ensemble", "ngram"  # the one made of the others; the one to beat
# What "all" leaves out, and the ensemble with it: a checkpoint of the user's choice and a server
# are the user's to name, and SmolLM2 is so large that minutes on a CPU teach it next to nothing.
_NAMED_ONLY = {"huggingface", "llm", "smollm", "smollm-untrained"}


@dataclass(frozen=True, slots=True)
class Entrant:
    """One that takes part.

    name      as it is shown, and the name of its files
    family    what is trained, None: it is measured as it is
    source    what `generators.start` begins with or `create` opens, None: from scratch
    judge     it judges titles and writes none
    """

    name: str
    family: str | None
    source: str | None = None
    judge: bool = False

    @property
    def pretrained(self) -> bool:
        """Whether it begins with weights that have learnt before."""
        return self.source not in (None, "template") or self.family in ("compact", "smollm")


def entrants(wanted: Sequence[str]) -> list[Entrant]:
    """Those that are wanted: families, "all", folders of models or checkpoints, hub names.

    The reference comes first, so that the others are compared with it; the ensemble after all that
    write, since it is made of them; judges last. Raises SettingsError for a name that is none of
    these, for two that would be called the same, and for an ensemble of nobody.
    """
    found: dict[str, Entrant] = {}
    for word in wanted:
        for one in _every() if word == ALL else [_entrant(word)]:
            if found.setdefault(one.name, one) != one:
                raise SettingsError(f"Two are called {one.name}. Rename the folder {word}.")
    if ENSEMBLE in found and all(one.judge or one.name == ENSEMBLE for one in found.values()):
        raise SettingsError("An ensemble needs others. Name them too: --families all")
    return sorted(found.values(), key=_place)


def joins(place: str) -> bool:
    """Whether what `create` opens there becomes a member of the ensemble: "all" takes it in too."""
    folder = Path(place)
    family = read_model_json(folder)["family"] if is_model(folder) else place
    return family not in _NAMED_ONLY


def _every() -> list[Entrant]:
    known = [name for name in (*names(), *families()) if name not in _NAMED_ONLY]
    return [_entrant(name) for name in dict.fromkeys(known)]


def _entrant(word: str) -> Entrant:
    if word in families():
        return Entrant(word, word, judge=word in judges())
    if word in names():
        return Entrant(word, None, word)
    path = Path(word)
    if path.is_dir():
        return Entrant(path.resolve().name, None, word)
    if "/" in word and not word.startswith((".", "/")):  # a name on the hub
        return Entrant(word.replace("/", "-"), "huggingface", word)
    raise SettingsError(
        f"{word!r} is no family, no folder and no hub name. Families: "
        f"{', '.join(dict.fromkeys((*names(), *families())))}; or: all."
    )


def _place(entrant: Entrant) -> int:
    if entrant.name == REFERENCE:
        return 0
    if entrant.judge:
        return 3
    return 2 if entrant.name == ENSEMBLE else 1
