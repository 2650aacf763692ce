"""The form of the Train page: one RunConfig, in session state and in the URL.

Every bound, label and help comes from `rnnlab.config.FIELDS`. Owns the session state keys that
start with `train_`.
"""

import bisect
import math
from typing import Any

import streamlit as st

from rnnlab.config import ARCHITECTURES, FIELDS, PRESETS, Field, RunConfig, parse_config, preset
from rnnlab.errors import InvalidField
from ui import theme

OPEN = ("vocab_size", "maxlen", "learning_rate")
DRAWN_ELSEWHERE = {"arch", *OPEN}
STOPS = (1, 1.5, 2, 3, 5, 7)  # of each decade that a slider stops at
STEPS = {"dropout": 0.05}
AGAIN_S = 2.0  # the second click of a double click comes sooner


def key(name: str) -> str:
    """The session state key of a field."""
    return f"train_{name}"


def fill(config: RunConfig) -> None:
    """Put a config into the form. A field without a meaning for it keeps what it had."""
    for name, value in config.to_dict().items():
        if value is not None:
            st.session_state[key(name)] = value
        elif key(name) not in st.session_state:
            st.session_state[key(name)] = getattr(RunConfig(), name)


def adopt_url() -> None:
    """Fill the form from a URL that this session has not seen yet.

    A browser may still send a URL that the form has replaced since: quick edits overtake it. What
    cannot be used is said on the page by `show`, and has its default.
    """
    texts = st.query_params.to_dict()
    kept = st.session_state.get("train_kept")
    seen = st.session_state.setdefault("train_urls", [])
    if kept and (not texts or texts in seen):
        if key("arch") not in st.session_state:  # Streamlit forgets widgets on another page
            fill(kept)
        return
    seen.append(dict(texts))
    problems, good, preset_name = [], {}, texts.pop("preset", None)
    for name, text in texts.items():
        try:
            parse_config({name: text})
            good[name] = text
        except InvalidField as error:
            problems.append(str(error))
    try:
        fill(parse_config(good, preset_name=preset_name))
    except InvalidField as error:  # only the preset's name is left to be wrong
        problems.append(str(error))
        fill(parse_config(good))
    st.session_state.train_problems = problems


def write_url(config: RunConfig) -> None:
    """Put into the URL what describes the config: its arch, and what is not its preset's."""
    usual = PRESETS[config.arch].to_dict()
    texts = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in config.to_dict().items()
        if name == "arch" or (value != usual[name] and value is not None)
    }
    if st.query_params.to_dict() != texts:
        st.query_params.from_dict(texts)
    if texts not in st.session_state.train_urls:
        st.session_state.train_urls.append(texts)
    st.session_state.train_kept = config


def show() -> RunConfig | None:
    """The config that the drawn form describes; None, and why, where a value is out of bounds."""
    config, problem = _read()
    _preset_control(config)
    st.selectbox(
        FIELDS["arch"].label,
        list(ARCHITECTURES),
        format_func=lambda arch: ARCHITECTURES[arch].label,
        key=key("arch"),
        help=FIELDS["arch"].help,
        on_change=_touched,
        filter_mode=None,
    )
    arch = ARCHITECTURES[st.session_state[key("arch")]]
    st.caption(arch.about)
    for name in OPEN:
        if name not in arch.unused:
            _dragged_number(FIELDS[name])
    with st.expander("More", icon=":material/tune:"):
        apart = DRAWN_ELSEWHERE | arch.unused
        rest = [f for f in FIELDS.values() if f.name not in apart and len(f.choices) != 1]
        for start in range(0, len(rest), 2):
            row = rest[start : start + 2]
            columns = st.columns(2, vertical_alignment="bottom")
            for field, column in zip(row, columns, strict=False):
                with column:
                    _control(field)
    if problem:
        st.error(theme.markdown(str(problem)), icon=":material/error:")
    for text in st.session_state.get("train_problems", []):
        st.warning(
            f"{theme.markdown(text)} (from the URL; its default is used)",
            icon=":material/link_off:",
        )
    return config


def _read() -> tuple[RunConfig | None, InvalidField | None]:
    usual = RunConfig()  # for what Streamlit forgot while its widget was not drawn
    values = {name: st.session_state.setdefault(key(name), getattr(usual, name)) for name in FIELDS}
    # A bad value in a box that the architecture does not show could not be mended there.
    values |= dict.fromkeys(ARCHITECTURES[values["arch"]].unused)
    try:
        return RunConfig(**values), None
    except InvalidField as error:
        return None, error


def _preset_control(config: RunConfig | None) -> None:
    fits = [name for name, known in PRESETS.items() if known == config]
    st.session_state.train_preset = fits[0] if fits else None
    st.segmented_control(
        "Start from a preset",
        list(PRESETS),
        format_func=lambda name: ARCHITECTURES[name].label,
        key="train_preset",
        on_change=_take_preset,
        width="stretch",
        wrap=True,
        help="Fills the form with the settings of the tutorial, or of a baseline beside it. "
        "None is marked once you change one.",
    )


def _take_preset() -> None:
    _touched()
    if st.session_state.train_preset:
        fill(preset(st.session_state.train_preset))


def _touched() -> None:
    st.session_state.train_problems = []


def _dragged_number(field: Field) -> None:
    """A slider over the decades beside a box for the exact value; the box is the truth."""
    drag = f"{key(field.name)}_drag"
    st.session_state[drag], stops = _stops(field, st.session_state[key(field.name)])
    with st.container(
        horizontal=True, vertical_alignment="bottom", key=f"{drag}_row", gap="medium"
    ):
        st.select_slider(
            field.label,
            stops,
            key=drag,
            help=f"{field.help} {field.limit}.",
            on_change=_take_drag,
            args=(field.name,),
        )
        _number(field, label_visibility="collapsed", width=132)


def _stops(field: Field, value: Any) -> tuple[Any, list]:
    """Where the slider stands, and its stops: round values of each decade, and the value."""
    low, high = math.floor(math.log10(field.low)), math.ceil(math.log10(field.high))
    decades = (float(f"{step}e{power}") for power in range(low, high + 1) for step in STOPS)
    stops = sorted({field.kind(stop) for stop in decades if field.low <= stop <= field.high})
    try:
        value = field.check(value)
    except InvalidField:
        return stops[len(stops) // 2], stops
    if value not in stops:
        bisect.insort(stops, value)
    return value, stops


def _take_drag(name: str) -> None:
    _touched()
    st.session_state[key(name)] = st.session_state[f"{key(name)}_drag"]


def _control(field: Field) -> None:
    words = {"key": key(field.name), "on_change": _touched}
    if field.kind is bool:
        st.toggle(field.label, help=field.help, **words)
    elif field.choices:
        st.selectbox(field.label, field.choices, help=field.help, filter_mode=None, **words)
    else:
        _number(field)


def _number(field: Field, **looks: Any) -> None:
    # No min_value and max_value: the browser would swallow the value in silence, where RunConfig
    # says field, value, limit and remedy.
    st.number_input(
        field.label,
        step=STEPS.get(field.name, 1e-5) if field.kind is float else 1,
        format="%g" if field.kind is float else "%d",
        key=key(field.name),
        help=f"{field.help} {field.limit}.",
        on_change=_touched,
        **looks,
    )
