"""The errors that people are meant to read.

Every message names the thing, what is wrong with it, and the next step. Pages and the command
line catch `RnnlabError` and show its text; anything else is a bug and reaches the log.
"""


class RnnlabError(Exception):
    """Base of all errors whose text is written for the person who meets them."""


class InvalidField(RnnlabError):
    """A field's value is outside its limit.

    >>> str(InvalidField("maxlen", 5000, "5–1000", "shorten the review window"))
    'maxlen must be 5–1000, got 5000: shorten the review window'
    """

    def __init__(self, field: str, value: object, limit: str, remedy: str) -> None:
        shown = str(value) if isinstance(value, (int, float)) else repr(value)
        if len(shown) > 60:
            shown = shown[:57] + "..."
        super().__init__(f"{field} must be {limit}, got {shown}: {remedy}")
        self.field = field
        self.value = value
        self.limit = limit
        self.remedy = remedy


class DataError(RnnlabError):
    """A dataset's file is missing, altered or unreadable."""


class DatasetNotFound(DataError):
    """No dataset of one's own, or more than one, matches the given id or name."""


class MissingPackage(DataError):
    """A package that reads a dataset's texts is not installed, or in another version."""


class StoreError(RnnlabError):
    """The run store cannot be opened, or holds something damaged."""


class StoreUnreachable(StoreError):
    """The store's server does not answer; what was asked may be tried again."""


class ReadOnlyLab(StoreError):
    """Nothing may be written to this lab."""


class DiskFull(StoreError):
    """Nothing can be recorded, because the store's disk has no room left."""


class DamagedFile(StoreError):
    """A stored file whose checksum is wrong, or whose part of the database cannot be read."""


class DamagedRun(StoreError):
    """What is stored of one run is damaged or missing, so it cannot be used; others can."""

    def __init__(self, run_id: str, name: str, what: str) -> None:
        verb = "are" if what.endswith("s") else "is"
        super().__init__(
            f"the {what} of {name} ({run_id}) {verb} damaged: delete the run and train it again"
        )
        self.run = run_id
        self.name = name


class UnreadableRow(StoreError):
    """A row of the store that this version cannot read."""


class RunNotFound(RnnlabError):
    """No run, or more than one, matches the given id or name."""


class StudyNotFound(RnnlabError):
    """No study, or more than one, matches the given id or name."""


class WrongState(RnnlabError):
    """The run or study is not in a state that allows what was asked."""


class NotAllowed(RnnlabError):
    """This viewer of a shared dashboard may watch, but not change anything."""


class QueueFull(RnnlabError):
    """As many runs wait already as may."""


class LostRun(RnnlabError):
    """The run was given to another worker, or has ended; this attempt may not write to it."""


class NotEnoughMemory(RnnlabError):
    """The run would need more memory than the machine has free."""


class TrainingFailed(RnnlabError):
    """Training cannot continue, for example because the loss is not a number."""
