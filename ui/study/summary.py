"""What a study found, as HTML: the answer, the chosen settings, what to know before trusting it."""

from collections.abc import Sequence

from rnnlab import format
from rnnlab.charts.study import Search
from rnnlab.config import FIELDS
from rnnlab.evaluation.seeds import MeanSd
from rnnlab.runs import RunState
from rnnlab.studies import Study, StudyState
from rnnlab.study import plan
from rnnlab.study.caveats import caveats
from rnnlab.study.result import CandidateResult, StudyResult
from ui import theme
from ui.study import sweep_summary

SHORT = 3  # names that fit into a headline
LONG = 90  # characters of a headline that is written smaller


def heading(study: Study) -> str:
    """Return the study's name and state."""
    return (
        f'<div class="lab-row study-name">{theme.icon("tune")}<b>{theme.text(study.name)}</b>'
        f"{state_badge(study)}</div>"
    )


def state_badge(study: Study) -> str:
    """Return the study's state as symbol and word."""
    if study.state is StudyState.PAUSED:
        return f'<span class="lab-badge">{theme.icon("pause_circle")}paused</span>'
    return theme.state_badge(RunState(study.state.value))


def answer(result: StudyResult, *, preparing: bool) -> str:
    """Return the answer in a sentence with its cost; while there is none, say why."""
    study = result.study
    headline, details = "", ""
    if result.evaluated and result.headline:
        headline, details = result.headline, result.evaluated.ranking.details
        if study.spec.sweep and len(result.candidates) == 1:  # it has its default to beat alone
            gain = result.candidates[0].gain
            details = gain.sentence if gain else ""
    elif study.state.active:
        names = [candidate.name for candidate in result.candidates]
        few = len(names) <= SHORT
        headline = f"Tuning {format.listing(names) if few else f'{len(names)} models'}"
        details = "The answer stands here once the winners are trained on fresh seeds."
        if study.state is StudyState.PAUSED:
            details = "Paused: what is in training goes on, and nothing new begins."
    elif study.state is StudyState.STOPPED:
        headline = "Stopped before there was an answer"
        details = "What is trained is kept. Resume the study to train the rest."
    elif study.state is StudyState.FAILED:
        headline, details = "No answer: the search failed", study.error or ""
    elif preparing:
        headline = "Preparing the test reviews …"
    else:
        headline = "No answer: no winner is left to compare"
        details = result.refused or "Their runs failed, or were stopped or deleted."
    spent = f"{'So far' if study.state.active else 'Cost'}: {result.price}."
    if study.spec.sweep and result.headline:
        spent = f"{result.counted} in all."  # its headline says the time
    long = " study-long" if study.spec.sweep and len(headline) > LONG else ""
    return (
        f'<h1 class="study-headline{long}">{_text(headline)}</h1>'
        f'<p class="study-details">{_text(details)} <span class="lab-muted">{_text(spent)}</span>'
        "</p>"
    )


def budget(result: StudyResult) -> str:
    """Return what every candidate was given, in a sentence or two."""
    spec = result.study.spec
    if spec.sweep:
        return sweep_summary.budget(result.study)
    searched = "; ".join(
        f"{FIELDS[name].label.lower()} {', '.join(plan.grid_value(name, v) for v in values)}"
        for name, values in spec.grid.items()
    )
    epochs = {base.epochs for base in spec.bases if base.epochs is not None}
    up_to = f", up to {format.plural(epochs.pop(), 'epoch')}" if len(epochs) == 1 else ""
    seeds, fresh = plan.search_seeds(spec), plan.fresh_seeds(spec)
    return (
        f"Each model was given the same: {searched}, {_seeds(seeds)}{up_to}. Chosen by mean "
        f"validation accuracy, a failed seed counting as guessing; of equal means the smaller "
        f"value. The winners are trained on fresh {_seeds(fresh)} and compared on test reviews "
        "that chose nothing."
    )


def table(result: StudyResult, colors: Sequence[str]) -> str:
    """Return a row for each candidate: the chosen setting, and how it did in both parts."""
    fields = list(result.study.spec.searched)
    sweep = result.study.spec.sweep is not None
    chosen = "Chosen" if result.study.chosen is not None else "Highest so far"
    labels = [f"{chosen} {FIELDS[name].label.lower()}" for name in fields]
    head = "".join(
        f'<th scope="col">{theme.text(label)}</th>'
        for label in (
            "Model",
            *labels,
            "Search (validation)",
            "Fresh seeds (test)",
            *(sweep_summary.COLUMNS if sweep else ()),
            "Optimism",
            "Failed seeds",
            "Runs",
            "Training time",
        )
    )
    pairs = zip(result.candidates, colors, strict=True)
    order = sorted(pairs, key=lambda pair: -(pair[0].test.mean or 0.0))
    rows = "".join(_row(candidate, fields, color, sweep=sweep) for candidate, color in order)
    return (
        f'<div class="lab-scroll" tabindex="0" role="region" aria-label="Chosen settings">'
        f'<table class="lab-table study-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _row(candidate: CandidateResult, fields: list[str], color: str, *, sweep: bool) -> str:
    config = candidate.winner and candidate.winner.config
    values = [config and getattr(config, name) for name in fields]
    seeds = [seed for setting in candidate.settings for seed in setting.seeds]
    seeds += candidate.final.seeds if candidate.final else ()
    failed = sum(seed.outcome == "failed" for seed in seeds)
    searched = candidate.winner or MeanSd(None, None)
    cells = [
        *(
            format.NONE if value is None else plan.grid_value(name, value)
            for name, value in zip(fields, values, strict=True)
        ),
        _mean(searched.mean, searched.sd),
        _mean(*candidate.test),
        *(sweep_summary.cells(candidate) if sweep else ()),
        points(candidate.optimism),
        format.count(failed) if failed else format.NONE,
        format.count(candidate.runs),
        format.duration(candidate.seconds or None),
    ]
    name = (
        f'<span class="study-candidate" style="--tint:{color}"><i class="lab-dot"></i>'
        f"{theme.text(candidate.name)}</span>"
    )
    return f"<tr><td>{name}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def legend(info: Search) -> str:
    """Return what the chart's marks mean."""
    parts = ["Dot: a seed of the search, on validation reviews.", "Line: mean over the seeds."]
    if any(dot.accuracy is None for panel in info.panels for dot in panel.seeds):
        parts.append("Red cross: a seed that failed; it counts as guessing in the mean.")
    if any(panel.chosen is not None for panel in info.panels):
        parts.append("Band: the chosen value." if info.decided else "Band: the highest so far.")
    if any(panel.fresh for panel in info.panels):
        parts.append("Diamond: a fresh seed, on test reviews.")
    return " ".join([*parts, "Click a point to open its run."])


def optimism(result: StudyResult) -> str:
    """Return the optimism of choosing as a figure, and what it means."""
    whole, choosing = result.optimism, result.optimism_of_choosing
    if whole is None or choosing is None:
        return ""
    figures = theme.figures(
        [
            ("from choosing: on the same validation reviews", points(choosing)),
            ("from the choice of epoch, and other reviews", points(whole - choosing)),
        ]
    )
    return (
        f'<h3 class="lab-finding">Optimism of choosing: {points(whole)}</h3>'
        '<p class="study-note">By how much the winners looked better in the search than their '
        "fresh seeds do on the test reviews: the highest mean of each search less the mean of its "
        f"fresh seeds, averaged over the models.</p>{figures}"
    )


def warnings(result: StudyResult) -> str:
    """Return what to know before trusting the answer, as a list."""
    sentences = caveats(result)
    if not sentences:
        return ""
    items = "".join(
        f"<li>{theme.icon('warning', color=theme.WARNING)}<span>{_text(words)}</span></li>"
        for words in sentences
    )
    return (
        f'<h3 class="lab-finding">Before you trust it</h3><ul class="study-warnings">{items}</ul>'
    )


def points(share: float | None) -> str:
    """Format a signed difference: 0.0091 → "+0.9 points"; None → "–"."""
    return (
        format.NONE if share is None else f"{format.signed(100 * share, 1)}{format.NO_BREAK}points"
    )


def _seeds(seeds: range) -> str:
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    return f"seeds {seeds[0]}–{seeds[-1]}"


def _mean(mean: float | None, sd: float | None) -> str:
    spread = "" if sd is None else f" ± {100 * sd:.1f}"
    return format.percent(mean) + spread


def _text(words: str) -> str:
    """Escape words as HTML that does not break a line within "LSTM × 3"."""
    return theme.text(words.replace(" × ", f"{format.NO_BREAK}×{format.NO_BREAK}"))
