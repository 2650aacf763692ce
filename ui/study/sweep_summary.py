"""What is told of a sweep beside what is told of every study: defaults, gains and budget."""

from rnnlab import format
from rnnlab.compare.outcome import Outcome
from rnnlab.studies import Study
from rnnlab.study import plan, ranges
from rnnlab.study.result import CandidateResult
from ui import theme

COLUMNS = ("Default (test)", "Gained by tuning", "Pruned")


def cells(candidate: CandidateResult) -> tuple[str, ...]:
    """Return the cells of a candidate's row below `COLUMNS`."""
    pruned = sum(setting.pruned for setting in candidate.settings)
    default = candidate.default
    test = format.NONE
    if default and default.test.mean is not None:
        spread = "" if default.test.sd is None else f" ± {100 * default.test.sd:.1f}"
        test = format.percent(default.test.mean) + spread
    return (test, _gain(candidate), format.count(pruned) if pruned else format.NONE)


def budget(study: Study) -> str:
    """Return what every candidate was given, in a few sentences."""
    spec = study.spec
    assert spec.sweep is not None
    searched = "; ".join(ranges.words(name, r) for name, r in spec.sweep.ranges.items())
    epochs = {base.epochs for base in spec.bases if base.epochs is not None}
    up_to = f", up to {format.plural(epochs.pop(), 'epoch')}" if len(epochs) == 1 else ""
    pruning = " Runs that fall below the median are stopped." if spec.sweep.prune else ""
    return (
        f"Each model was given the same: {ranges.budget_words(spec)} over {searched}, "
        f"{_seeds(plan.search_seeds(spec))}{up_to}. The first setting is the default where the "
        f"ranges hold it, the others are sampled (Optuna’s TPE).{pruning} Chosen by mean "
        f"validation accuracy, a failed seed counting as guessing. Winners and defaults are "
        f"trained on fresh {_seeds(plan.fresh_seeds(spec))} and compared on test reviews that "
        "chose nothing."
    )


def _gain(candidate: CandidateResult) -> str:
    """Return by how much the winner is above its default, with the interval, as HTML."""
    if candidate.default and candidate.default.won:
        return "the default won" if len(candidate.settings) > 1 else format.NONE
    if candidate.gain is None:
        return format.NONE
    difference = candidate.gain.accuracy
    value, low, high = (
        format.signed(100 * part, 1) for part in (difference.value, difference.low, difference.high)
    )
    said = f"{value} points ({low} to {high})"
    if candidate.gain.outcome is Outcome.SEEDS:
        said = f"{value} points: too few seeds"
    return theme.text(said.replace(" ", format.NO_BREAK))


def _seeds(seeds: range) -> str:
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    return f"seeds {seeds[0]}–{seeds[-1]}"
