"""The comparison: every entrant trained, measured and written down; then the table and the page.

    Comparison(feed, output, ("all",), minutes=5).execute()

OUTPUT holds `data/` (the one split), `models/NAME`, `results/NAME.json`, `comparison.json`,
`table.md` and `report.html`. Asked again after a kill, it goes on with the entrant in work. One
that fails leaves no result and stops nobody else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from titlewright import __version__
from titlewright.channels import Channel, get_channel
from titlewright.errors import FeedError, ResumeError, SettingsError, TitlewrightError
from titlewright.evaluation.benchmark import benchmark, draw
from titlewright.evaluation.comparing.copying import measure_copying
from titlewright.evaluation.comparing.entrants import (
    ENSEMBLE,
    REFERENCE,
    Entrant,
    entrants,
    joins,
)
from titlewright.evaluation.comparing.judging import measure_judge
from titlewright.evaluation.comparing.learning import learn
from titlewright.evaluation.comparing.page import to_html
from titlewright.evaluation.comparing.speed import measure_speed
from titlewright.evaluation.comparing.tables import markdown
from titlewright.evaluation.reading import read_products
from titlewright.generators import Generator, Step, create
from titlewright.generators.outcomes import Reporting
from titlewright.neural.settings import TrainingSettings
from titlewright.pipeline import Pipeline
from titlewright.records import Product, Reject, TitleResult
from titlewright.text.leak import without_title
from titlewright.training.prepare import PrepareOptions, prepare

_TIMED = 16  # products, see speed.py

Telling = Callable[[Entrant | None, str], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is asked.

    data        a folder that `prepare` wrote, or a feed with titles, which is then prepared
    output      the folder for everything that is made
    wanted      families, "all", folders of models or checkpoints, hub names
    minutes     of training for each; evaluations on dev come on top
    test        products with titles to measure on; None: the test part of `data`
    limit       measure on a seeded sample of so many products; None: on all
    candidates  titles asked for a product, of which the ranking chooses
    channel     whose rules hold
    seed        of the split, the training and the titles
    threads     CPU threads of training; 0: as torch chooses
    columns     source column to product field, where `data` is a feed, as `open_feed` takes it
    packs       a folder of your own rule packs

    Raises SettingsError when training can't be of so many minutes or threads.
    """

    data: Path
    output: Path
    wanted: tuple[str, ...] = ("all",)
    minutes: float = 5.0
    test: Path | None = None
    limit: int | None = 200
    candidates: int = 5
    channel: str = "google"
    seed: int = 0
    threads: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)
    packs: Path | None = None

    def __post_init__(self) -> None:
        TrainingSettings(minutes=self.minutes, threads=self.threads)

    def execute(
        self,
        *,
        on_start: Telling = lambda entrant, doing: None,  # noqa: ARG005
        on_step: Callable[[Step], None] = lambda step: None,  # noqa: ARG005
        on_failure: Telling = lambda entrant, why: None,  # noqa: ARG005
    ) -> dict[str, Any]:
        """Compare, and return what comparison.json holds: {"asked", "products", "baselines":
        {name: measures}, "entrants": [...], "judges": [...], "failed": [{"name", "why"}]}.

        `on_start` is told what is done for whom ("train", "measure"; "time" for all), `on_failure`
        who failed and why: the others go on, and it is tried again when the same is asked again.
        Raises FeedError, SettingsError and ResumeError with what to do.
        """
        taking_part = entrants(self.wanted)
        get_channel(self.channel, self.packs)  # hours of training later would be late to tell
        data = self._prepared()
        products = draw(read_products(self.test or data), self.limit, self.seed)
        if not products:
            raise FeedError(f"{self.test or data} holds no product with a title to measure on.")
        self._remember()  # once all is good: a mistake may be mended and asked again
        measured = self.output / "measured.jsonl"  # the same products for everyone
        _write_lines(measured, products)
        told: list[dict[str, Any]] = []
        for entrant in taking_part:
            try:
                told.append(
                    self._result(entrant, data, measured, told, on_start, on_step, on_failure)
                )
            except (TitlewrightError, RuntimeError, MemoryError) as error:
                told.append({"name": entrant.name, "failed": _why(error)})
                on_failure(entrant, _why(error))
            self._write(told, len(products))
        on_start(None, "time")
        self._time(told, products)
        return self._write(told, len(products))

    def _time(self, told: Sequence[dict[str, Any]], products: Sequence[Product]) -> None:
        """Put the speeds of all that write, measured in one run, in place of each one's own.

        One that is paid by the request keeps its own: asked the same again, it only looks it up.
        """
        runs = {}
        for one in told:
            if "benchmark" not in one:
                continue
            try:
                generator = create(one["place"])
            except TitlewrightError:  # no longer there, or its settings aren't
                continue
            if not isinstance(generator, Reporting):
                runs[one["name"]] = _by_itself(
                    generator, self._rules, candidates=self.candidates, seed=self.seed
                )
        inputs = [without_title(product)[0] for product in products[:_TIMED]]
        speeds = measure_speed(runs, inputs)
        for one in told:
            if one["name"] in speeds:
                one["titles_per_second"] = speeds[one["name"]]

    # -- one entrant -----------------------------------------------------------------------------

    def _result(
        self,
        entrant: Entrant,
        data: Path,
        measured: Path,
        told: Sequence[dict[str, Any]],
        on_start: Telling,
        on_step: Callable[[Step], None],
        on_failure: Telling,
    ) -> dict[str, Any]:
        path = self.output / "results" / f"{entrant.name}.json"
        if path.exists():
            known = dict(json.loads(path.read_text(encoding="utf-8")))
            if entrant.family:  # the folder may have been moved
                known["place"] = str(self._model(entrant))
            if self._waits_for_reference(known):
                on_start(entrant, "measure")
                try:  # its speed stays: what is paid by the request is only looked up now
                    known |= self._measured(entrant, known["place"], measured)
                    _write_json(path, known)
                except TitlewrightError as error:  # it keeps its row
                    on_failure(entrant, f"not measured beside the {REFERENCE}. {error}")
            return known
        members = self._members(entrant, told)
        about: dict[str, Any] = {
            "name": entrant.name,
            "family": entrant.family,
            "pretrained": entrant.pretrained or any(one["pretrained"] for one in members),
            "judge": entrant.judge,
            "members": [one["name"] for one in members],
        }
        place = str(self._model(entrant) if entrant.family else entrant.source)
        about["place"] = place
        if entrant.family:
            on_start(entrant, "train")
            settings: dict[str, Any] = {
                "minutes": self.minutes, "seed": self.seed, "threads": self.threads,
            }  # fmt: skip
            if members:
                entrant = replace(entrant, source=",".join(one["place"] for one in members))
            about["training"] = learn(entrant, data, Path(place), settings, on_step)
        on_start(entrant, "measure")
        about |= self._measured(entrant, place, measured)
        if "benchmark" in about:
            about["titles_per_second"] = about["benchmark"]["measures"]["titles_per_second"]
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_json(path, about)
        return about

    def _measured(self, entrant: Entrant, place: str, measured: Path) -> dict[str, Any]:
        products = read_products(measured)
        titles = [product.title for product in products]
        inputs = [without_title(product)[0] for product in products]
        about: dict[str, Any] = {}
        scorer = _scorer(place)
        if scorer is not None:
            about["judging"] = measure_judge(scorer, inputs, titles, self.seed)
        if entrant.judge:
            return about
        generator = create(place)
        reference = self._model(Entrant(REFERENCE, REFERENCE))
        beside = (
            {REFERENCE: create(str(reference))}
            if entrant.name != REFERENCE and (reference / "model.json").exists()
            else {}
        )
        about["benchmark"] = benchmark(
            measured,
            generator=generator,
            channel=self._rules,
            candidates=self.candidates,
            seed=self.seed,
            beside=beside,
            pipeline=_by_itself,
        )
        if not isinstance(generator, Reporting):  # each title once more would be paid once more
            about["copying"] = measure_copying(generator, inputs, titles)
        return about

    def _waits_for_reference(self, known: Mapping[str, Any]) -> bool:
        """Whether it was measured before the one that all are compared with was there."""
        if known["name"] == REFERENCE or "benchmark" not in known:
            return False
        there = (self._model(Entrant(REFERENCE, REFERENCE)) / "model.json").exists()
        return there and REFERENCE not in known["benchmark"]["baselines"]

    @property
    def _rules(self) -> Channel:
        return get_channel(self.channel, self.packs)

    def _model(self, entrant: Entrant) -> Path:
        return self.output / "models" / entrant.name

    def _members(
        self, entrant: Entrant, told: Sequence[dict[str, Any]]
    ) -> Sequence[dict[str, Any]]:
        """Whom the ensemble is made of: those that were measured, but for families too slow."""
        if entrant.name != ENSEMBLE:
            return ()
        members = [one for one in told if "benchmark" in one and joins(one["place"])]
        if not members:
            raise SettingsError("Nobody whom the ensemble could be made of was measured.")
        return members

    # -- files -----------------------------------------------------------------------------------

    def _prepared(self) -> Path:
        if self.data.is_dir():
            return self.data
        folder = self.output / "data"
        if not folder.exists():  # it is written whole or not at all
            share = 0.0 if self.test else PrepareOptions().test
            prepare(
                [self.data],
                folder,
                PrepareOptions(seed=self.seed, test=share, columns=self.columns),
            )
        return folder

    def _remember(self) -> None:
        """Write down what is asked. Raises ResumeError where something else was asked before."""
        path, now = self.output / "asked.json", self._asked()
        if path.exists():
            then = json.loads(path.read_text(encoding="utf-8"))
            different = [name for name in now if then.get(name) != now[name]]
            if different:
                name = different[0]
                how = (
                    f"{name} {then.get(name)}, not {now[name]}" if name != "files" else "other data"
                )
                raise ResumeError(
                    f"The comparison in {self.output} was made with {how}. Ask the same as before, "
                    "or choose another folder."
                )
        self.output.mkdir(parents=True, exist_ok=True)
        _write_json(path, now)

    def _asked(self) -> dict[str, Any]:
        """All that must stay the same for figures to stand side by side."""
        return {
            "version": __version__,
            "data": str(self.data.resolve()),
            "test": str(self.test.resolve()) if self.test else None,
            "files": {
                path.name: _digest(path)
                for path in (self.data, self.test)
                if path is not None and path.is_file()
            },
            "minutes": self.minutes,
            "limit": self.limit,
            "candidates": self.candidates,
            "channel": self.channel,
            "seed": self.seed,
            "threads": self.threads,
            "columns": dict(self.columns),
        }

    def _write(self, told: Sequence[dict[str, Any]], products: int) -> dict[str, Any]:
        writers = [one for one in told if "benchmark" in one]
        kept = ("seller", "first_12_words")
        comparison = {
            "asked": {**self._asked(), "data": self.data.name,
                      "test": self.test.name if self.test else None},
            "products": products,
            "baselines": {name: writers[0]["benchmark"]["baselines"][name] for name in kept}
            if writers else {},
            "entrants": writers,
            "judges": [one for one in told if "judging" in one],
            "failed": [{"name": one["name"], "why": one["failed"]} for one in told
                       if "failed" in one],
        }  # fmt: skip
        _write_json(self.output / "comparison.json", comparison)
        (self.output / "table.md").write_text(markdown(comparison), encoding="utf-8")
        (self.output / "report.html").write_text(to_html(comparison), encoding="utf-8")
        return comparison


def _why(error: Exception) -> str:
    """Our own errors say what to do; of others the kind is told, which may be all they tell."""
    if isinstance(error, TitlewrightError):
        return str(error)
    return f"{type(error).__name__}: {error}".removesuffix(": ")


def _by_itself(
    generator: Generator, channel: Channel, *, candidates: int, seed: int
) -> Callable[[Sequence[Product], Sequence[int]], Sequence[TitleResult | Reject]]:
    """A pipeline in which no template helps out: where a family's titles fall, it has none."""
    return Pipeline(generator, channel, candidates=candidates, seed=seed, net=False).run


def _scorer(place: str) -> Any:
    """The judge in a model's folder, None where it holds none."""
    from titlewright import scorers

    folder = Path(place)
    return scorers.create(folder) if folder.is_dir() and scorers.judges(folder) else None


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_lines(path: Path, products: Sequence[Product]) -> None:
    lines = [json.dumps(product.to_json(), ensure_ascii=False) + "\n" for product in products]
    path.write_text("".join(lines), encoding="utf-8")


def _write_json(path: Path, data: Any) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(path)
