"""Files of the user's that titles are judged by, beside what they are always judged by."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from titlewright.errors import FeedError
from titlewright.ranking.keeping import read_ranking
from titlewright.ranking.weighing import Weigher
from titlewright.scorers import Scorer

if TYPE_CHECKING:
    from titlewright.scorers.demand import Demand


@dataclass(frozen=True, slots=True)
class Taste:
    """What is searched for, which titles are liked, what qualities weigh; None where not given.

    queries  a search-term file: titles are judged by how much of the fitting demand they cover
    voice    titles that are liked, one a line, or a feed: titles are judged by how close they are
    ranking  what `fit-ranking` wrote, in the place of the default weights
    aliases  a user's alias file, for what a search's words may mean
    """

    queries: Path | None = None
    voice: Path | None = None
    ranking: Path | None = None
    aliases: Path | None = None

    def demand(self) -> Demand | None:
        """The search terms, None without a file of them. Raises FeedError."""
        if self.queries is None:
            return None
        from titlewright.scorers.demand import Demand

        return Demand.of_file(self.queries, aliases=self.aliases)

    def scorers(self, demand: Demand | None = None) -> Sequence[Scorer]:
        """What the files judge by; `demand` where it is read already.

        Raises FeedError for a file that can't be read, SettingsError for too few liked titles.
        """
        found: list[Scorer] = []
        if demand := demand or self.demand():
            from titlewright.scorers.demand import DemandScorer

            found.append(DemandScorer(demand))
        if self.voice:
            from titlewright.scorers.voice import VoiceScorer

            found.append(VoiceScorer.of_file(self.voice))
        return tuple(found)

    def weigher(self) -> Weigher | None:
        """The learnt ranking, None without one. Raises SettingsError for a file that holds none."""
        return read_ranking(self.ranking) if self.ranking else None

    def digests(self) -> dict[str, str]:
        """The SHA-256 of each file, by what it is for: what tells a run from another.

        Raises FeedError for a file that can't be read.
        """
        named = {"queries": self.queries, "voice": self.voice, "ranking": self.ranking}
        found = {}
        for name, path in named.items():
            if path is None:
                continue
            try:
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
            except OSError as error:
                raise FeedError(f"--{name} {path} can't be read: {error.strerror}.") from error
        return found
