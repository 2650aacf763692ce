"""Tune and compare: the form that starts a study or a sweep, with its cost as it is filled in."""

from collections.abc import Sequence
from typing import Any, Literal

import streamlit as st

from rnnlab import format
from rnnlab.config import ARCHITECTURES, FIELDS, TUTORIAL, RunConfig, preset
from rnnlab.errors import RnnlabError
from rnnlab.studies import Study, StudySpec
from rnnlab.study import cost, plan, ranges
from rnnlab.tasks import TASKS
from rnnlab.worker.launch import worker_limit
from ui import roles, theme
from ui.number_box import number_box
from ui.reader import get_lab, snapshot
from ui.study import keys, sweep_form

Kind = Literal["study", "sweep"]
KINDS: dict[Kind, str] = {"study": "Learning rates", "sweep": "Ranges (sweep)"}
ABOUT: dict[Kind, str] = {
    "study": "Each architecture gets the same budget: every learning rate with several seeds. The "
    "best rate is chosen on the validation reviews, trained on fresh seeds, and compared on test "
    "reviews that chose nothing.",
    "sweep": "Each architecture gets the same budget to find its own settings in these ranges. The "
    "best setting and the default of each are then trained on fresh seeds, and compared on test "
    "reviews that chose nothing.",
}


@st.dialog("Tune and compare", icon=":material/tune:", width="medium")
def tune(
    bases: Sequence[RunConfig] = (),
    selected: Sequence[RunConfig] | None = None,
    kind: Kind = "study",
) -> None:
    """Ask in a dialog what to tune; see `ask`."""
    ask(bases, selected, kind)


def ask(
    bases: Sequence[RunConfig] = (),
    selected: Sequence[RunConfig] | None = None,
    kind: Kind = "study",
) -> None:
    """Show the form and its button, which starts the study and opens its page.

    `bases` are candidates to offer before the presets of the other architectures; `selected` are
    those that are chosen at first, the tutorial's four and `bases` if it is None. It starts with
    what `kind` of search is offered.
    """
    kind = st.segmented_control(
        "Search",
        list(KINDS),
        default=kind,
        format_func=KINDS.__getitem__,
        required=True,
        key=keys.KIND,
        label_visibility="collapsed",
    )
    st.markdown(ABOUT[kind])
    offered = _offered(bases)
    names = _names(offered)
    tutorials = [config for config in offered if config.arch in TUTORIAL]
    chosen = [*bases, *tutorials] if selected is None else selected
    places = st.pills(
        "Architectures",
        range(len(offered)),
        default=[place for place, config in enumerate(offered) if config in chosen],
        format_func=names.__getitem__,
        selection_mode="multi",
        key=keys.CANDIDATES,
    )
    candidates = [offered[place] for place in places]
    epochs = max((config.epochs or 1 for config in offered), default=100)
    spec = None
    try:
        spec = (
            sweep_form.ask(candidates, epochs) if kind == "sweep" else _ask_grid(candidates, epochs)
        )
    except RnnlabError as error:
        theme.error(error)
    if spec:
        st.html(_cost_html(spec))
    if st.button(
        f"Start the {kind}",
        type="primary",
        icon=":material/play_arrow:",
        disabled=spec is None,
        key="tune_start",
    ):
        started: list[Study] = []
        if spec and roles.attempt(lambda lab: started.append(lab.start_study(spec))):
            st.switch_page("pages/study.py", query_params={"study": started[0].id})


def _ask_grid(chosen: Sequence[RunConfig], most_epochs: int) -> StudySpec:
    """Show the boxes of a study of learning rates; return what they describe."""
    rates = st.text_input(
        "Learning rates",
        ", ".join(plan.grid_value("learning_rate", rate) for rate in plan.LEARNING_RATES),
        key=keys.RATES,
        help="The rates to search, separated by commas.",
    )
    numbers = {}
    for column, field, key, default in zip(
        st.columns(3),
        (plan.SEEDS, plan.FRESH_SEEDS, FIELDS["epochs"]),
        (keys.SEEDS, keys.FRESH_SEEDS, keys.EPOCHS),
        (plan.DEFAULT_SEEDS, plan.DEFAULT_FRESH_SEEDS, most_epochs),
        strict=True,
    ):
        with column:
            numbers[field.name] = number_box(field, key=key, default=default, help=field.help)
    epochs = numbers.pop("epochs")
    grid = {"learning_rate": plan.parse_values("learning_rate", rates)}
    bases = [plan.with_fields(config, epochs=epochs) for config in chosen]
    return plan.make_spec(bases, grid=grid, **numbers)


def _offered(bases: Sequence[RunConfig]) -> list[RunConfig]:
    """Return the candidates to choose from: these, and the other architectures' presets.

    The presets read the same reviews as these, since a study judges all on one test set.
    """
    archs = {base.arch for base in bases}
    same: dict[str, Any] = {}
    if bases:
        fields = (*plan.SHARED, *(("vocab_size", "maxlen") if bases[0].dataset in TASKS else ()))
        same = {name: getattr(bases[0], name) for name in fields}
    return [*bases, *(preset(arch, **same) for arch in ARCHITECTURES if arch not in archs)]


def _names(offered: Sequence[RunConfig]) -> list[str]:
    spec = plan.make_spec(list(dict.fromkeys(_without_rate(config) for config in offered)))
    return [plan.candidate_name(spec, _without_rate(config)) for config in offered]


def _without_rate(config: RunConfig) -> RunConfig:
    return plan.with_fields(config, learning_rate=plan.LEARNING_RATES[0])


def _cost_html(spec: StudySpec) -> str:
    """Return what the study will take at most, as figures in a row."""
    estimated = cost.cost(
        spec, get_lab().estimate, existing=snapshot().runs, workers=worker_limit()
    )
    figures = [
        ("runs in the search", format.count(estimated.search)),
        (
            "winners and defaults on fresh seeds" if spec.sweep else "runs on fresh seeds",
            format.count(estimated.final),
        ),
        ("at most; early stopping may end sooner", f"≤ {format.duration(estimated.seconds)}"),
    ]
    if estimated.existing:
        figures.insert(2, ("of them reused", format.count(estimated.existing)))
    if spec.sweep is None:
        return theme.figures(figures)
    spaces = dict.fromkeys(ranges.space_words(spec, base) for base in spec.bases)
    words = " ".join(f"{sentence[0].upper()}{sentence[1:]}" for sentence in spaces)
    return f'{theme.figures(figures)}<p class="study-note">{theme.text(words)}</p>'
