"""The form of the Train page: one RunConfig, in session state and in the URL.

Every bound, label and help text comes from `rnnlab.config.FIELDS`.
"""

import math
import time
from dataclasses import replace

import streamlit as st

from rnnlab import estimate
from rnnlab.config import (
    ARCHITECTURES,
    FIELDS,
    PRESETS,
    RunConfig,
    parse_config,
    preset,
    preset_label,
)
from rnnlab.datasets.own.record import is_own
from rnnlab.errors import InvalidField
from rnnlab.field import Field
from rnnlab.tasks import SETTINGS, TASKS
from ui import theme
from ui.number_box import exact
from ui.reader import get_lab
from ui.train import dataset, keys, number, preview

OPEN = ("vocab_size", "maxlen", "learning_rate")
DRAWN_ELSEWHERE = {"arch", "test_set", *OPEN}
REVIEWS = ("split_seed", "test_set")  # they choose reviews and no model: presets leave them
LOADING_S = 10.0  # in which a browser has loaded the code of all boxes


def fill(config: RunConfig) -> None:
    """Put a config into the form. A field that its architecture ignores keeps its value."""
    for name, value in config.to_dict().items():
        if value is not None:
            st.session_state[keys.field(name)] = value
        elif keys.field(name) not in st.session_state:
            st.session_state[keys.field(name)] = getattr(RunConfig(), name)


def adopt_url() -> None:
    """Fill the form from a URL that this session has not seen yet.

    A browser may still send a URL that the form has replaced since, when edits follow quickly.
    `show` reports values that cannot be used; their defaults are taken.
    """
    texts = st.query_params.to_dict()
    kept = st.session_state.get(keys.KEPT)
    known_urls = st.session_state.setdefault(keys.URLS, [])
    if kept and (not texts or texts in known_urls):
        if keys.field("arch") not in st.session_state:  # Streamlit forgets widgets on another page
            fill(kept)
            st.session_state[keys.FILLED_AT] = time.monotonic()
        return
    known_urls.append(dict(texts))
    problems: list[str] = []
    valid: dict[str, str] = {}
    preset_name = texts.pop("preset", None)
    for name, text in texts.items():
        try:
            valid[name] = dataset.find(text) if name == "dataset" else text
            parse_config({name: valid[name]})
        except InvalidField as error:
            valid.pop(name, None)
            problems.append(str(error))
    config = None
    while config is None:
        try:
            config = parse_config(valid, preset_name=preset_name)
        except InvalidField as error:  # the preset's name, or a test set that cannot be had
            problems.append(str(error))
            if valid.pop(error.field, None) is None:
                preset_name = None
    fill(config)
    st.session_state[keys.FILLED_AT] = time.monotonic()
    st.session_state[keys.PROBLEMS] = problems


def _send_again() -> None:
    """Send the browser the values of a form that was just filled, until somebody edits it.

    A browser that still loads the code of a box draws it from the last run of the script alone,
    and takes its first choice where that run did not say otherwise.
    """
    if time.monotonic() - st.session_state.get(keys.FILLED_AT, -math.inf) < LOADING_S:
        for name in FIELDS:
            if keys.field(name) in st.session_state:
                st.session_state[keys.field(name)] = st.session_state[keys.field(name)]


def write_url(config: RunConfig) -> None:
    """Put the config into the URL: its arch, and what differs from the preset."""
    defaults = PRESETS[config.arch].to_dict()
    texts = {
        name: str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in config.to_dict().items()
        if name == "arch" or (value != defaults[name] and value is not None)
    }
    if st.query_params.to_dict() != texts:
        st.query_params.from_dict(texts)
    if texts not in st.session_state[keys.URLS]:
        st.session_state[keys.URLS].append(texts)
    st.session_state[keys.KEPT] = config


def show() -> RunConfig | None:
    """Draw the form; return its config, or show why a value is out of bounds and return None."""
    _send_again()
    config, problem = _read()
    _preset_control(config)
    st.selectbox(
        FIELDS["arch"].label,
        list(ARCHITECTURES),
        format_func=lambda arch: ARCHITECTURES[arch].label,
        key=keys.field("arch"),
        help=FIELDS["arch"].help,
        on_change=_touched,
        filter_mode=None,
    )
    arch = ARCHITECTURES[st.session_state[keys.field("arch")]]
    st.caption(arch.about)
    in_front = dataset.in_front()
    if in_front:
        dataset.control(_touched)
    for name in OPEN:
        if name not in arch.unused:
            number.with_slider(FIELDS[name], on_change=_touched)
    _test_set()
    with st.container():  # always, because what moves up would close the expander below
        if config:
            parts = get_lab().parts(config)
            st.caption(preview.held_out(config, estimate.reviews_of(config, parts)))
            _task(config)
    with st.expander("More", icon=":material/tune:"):
        hidden = DRAWN_ELSEWHERE | arch.unused | ({"dataset"} if in_front else set())
        rest = [f for f in FIELDS.values() if f.name not in hidden and len(f.choices) != 1]
        rest.sort(key=lambda field: field.name == "dataset")  # last, so that seeds share a row
        for start in range(0, len(rest), 2):
            row = rest[start : start + 2]
            columns = st.columns(2, vertical_alignment="bottom")
            for field, column in zip(row, columns, strict=False):
                with column:
                    _control(field)
    if problem:
        theme.error(problem)
    for text in st.session_state.get(keys.PROBLEMS, []):
        st.warning(
            f"{theme.markdown(text)} (from the URL; the default is used instead)",
            icon=":material/link_off:",
        )
    return config


def _test_set() -> None:
    """Draw the switch of the test set; it is on and fixed where the dataset gives a test part."""
    own = dataset.chosen()
    given = own is not None and own.gives_test
    if given:
        st.session_state[keys.field("test_set")] = True
    field = FIELDS["test_set"]
    words = "The dataset gives it: it trains and chooses nothing, whatever you train."
    st.toggle(
        field.label,
        help=words if given else field.help,
        key=keys.field(field.name),
        on_change=_touched,
        disabled=given,
    )


def _task(config: RunConfig) -> None:
    """Draw the rule of an order task, and a button that takes settings which suit it."""
    if config.dataset not in TASKS:
        return
    st.caption(f":material/swap_horiz: **{config.dataset}:** {TASKS[config.dataset]}")
    suited = replace(config, **SETTINGS)
    if config != suited:
        st.button(
            "Use settings that suit the task",
            icon=":material/auto_fix_high:",
            type="tertiary",
            key="train_suit_task",
            help="A review length of 30 words, a learning rate of 0.01, and no dropout.",
            on_click=fill,
            args=(suited,),
        )


def _read() -> tuple[RunConfig | None, InvalidField | None]:
    defaults = RunConfig()  # for what Streamlit forgot while its widget was not drawn
    values = {
        name: exact(field, st.session_state.setdefault(keys.field(name), getattr(defaults, name)))
        for name, field in FIELDS.items()
    }
    # A bad value in a box that the architecture does not show could not be fixed there.
    values |= dict.fromkeys(ARCHITECTURES[values["arch"]].unused)
    try:
        return RunConfig(**values), None
    except InvalidField as error:
        return None, error


def _preset_control(config: RunConfig | None) -> None:
    equal = []
    if config:
        of_reviews = {name: getattr(config, name) for name in _kept(config.dataset)}
        equal = [name for name in PRESETS if preset(name, **of_reviews) == config]
    st.session_state[keys.PRESET] = equal[0] if equal else None
    st.segmented_control(
        "Start from a preset",
        list(PRESETS),
        format_func=preset_label,
        key=keys.PRESET,
        on_change=_take_preset,
        width="stretch",
        wrap=True,
        help="Fills the form with the settings of a tutorial model or a baseline. A preset is "
        "selected only while the form equals it; the split seed, the test set and a dataset "
        "of your own are left as they are.",
    )


def _take_preset() -> None:
    _touched()
    if st.session_state[keys.PRESET]:
        names = _kept(st.session_state[keys.field("dataset")])
        kept = {keys.field(name): st.session_state[keys.field(name)] for name in names}
        chosen = preset(st.session_state[keys.PRESET])
        fill(chosen)
        if chosen.test_set and not is_own(kept.get(keys.field("dataset"), "")):
            kept.pop(keys.field("test_set"))  # it ends with an evaluation on reviews held back
        st.session_state.update(kept)


def _kept(dataset_id: str) -> tuple[str, ...]:
    """Return the fields that presets leave as they are; a dataset of one's own is among them."""
    return (*REVIEWS, "dataset") if is_own(dataset_id) else REVIEWS


def _touched() -> None:
    st.session_state[keys.PROBLEMS] = []
    st.session_state[keys.FILLED_AT] = -math.inf


def _control(field: Field) -> None:
    name = keys.field(field.name)
    if field.name == "dataset":
        dataset.control(_touched)
    elif field.kind is bool:
        st.toggle(field.label, help=field.help, key=name, on_change=_touched)
    elif field.choices:
        st.selectbox(
            field.label,
            field.choices,
            help=field.help,
            key=name,
            on_change=_touched,
            filter_mode=None,
        )
    else:
        number.box(field, on_change=_touched)
