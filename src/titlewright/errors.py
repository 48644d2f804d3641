"""Every error that Titlewright raises on purpose.

TitlewrightError
├── FeedError          the feed as a whole can't be read or written
├── RecordError        a single record (a row, a JSON line) can't be understood
├── ChannelError       an unknown channel, or a rule pack that is not valid
├── GeneratorError     an unknown generator, or one that can't run
├── TrainingError      a model can't be trained: no examples, no finite gradient, no memory
├── LearningError      something can't be learnt, decided or evaluated: too little data
├── LedgerError        the ledger can't be opened, or a run in it can't be found
├── ResumeError        an unfinished run doesn't match what is asked now
├── SettingsError      a setting or an option holds a value that makes no sense
└── MissingExtraError  an optional package is needed; the message names the extra

Each message says what was wrong, shows the offending value and says what to do.
A bad row is not an error but a `records.Reject`: it is reported and the rest goes on.
"""

from __future__ import annotations


class TitlewrightError(Exception):
    """Base class: catch this to catch everything the library raises on purpose."""


class FeedError(TitlewrightError):
    """The feed as a whole can't be read or written."""


class RecordError(TitlewrightError):
    """A single record can't be understood.

    `field` names the offending field, `advice` says what to do about it.
    """

    def __init__(self, problem: str, *, field: str = "", advice: str = "") -> None:
        super().__init__(f"{problem} {advice}".strip())
        self.problem = problem
        self.field = field
        self.advice = advice


class ChannelError(TitlewrightError):
    """An unknown channel, or a rule pack that is not valid."""


class GeneratorError(TitlewrightError):
    """An unknown generator, or one that can't run."""


class TrainingError(TitlewrightError):
    """A model can't be trained, or not any further."""


class LearningError(TitlewrightError):
    """Something can't be learnt, decided or evaluated: too little data, or no support."""


class LedgerError(TitlewrightError):
    """The ledger can't be opened, or a run in it can't be found."""


class ResumeError(TitlewrightError):
    """An unfinished run doesn't match what is asked now."""


class SettingsError(TitlewrightError):
    """A setting or an option holds a value that makes no sense."""


class MissingExtraError(TitlewrightError):
    """An optional package is needed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"{package} is not installed. Install it with: pip install 'titlewright[{extra}]'"
        )
        self.package = package
        self.extra = extra

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        """Worker processes send errors home pickled, which calls the class with `args` alone."""
        return type(self), (self.package, self.extra)
