"""The live area: what is being trained and what waits, as it happens.

Everything shown comes from the store, so a reload, another browser or a restarted dashboard shows
the same. It polls only while a run is active, and brings the rest of the page up to date when a
run starts, ends, comes or goes.
"""

import time
from collections.abc import Iterator, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from rnnlab import charts, format, home
from rnnlab.runs import Epoch, Run, RunState
from ui import chart, reader, theme
from ui.reader import Snapshot

REFRESH_S = 0.5
FOLLOW_S = 1.0
STUCK_S = 30.0  # a worker takes a run within seconds
SEEN = "live_seen"  # ids of the runs that this session saw active
SHOWN = "live_shown"  # what the rest of the page was drawn from


def area(snapshot: Snapshot) -> None:
    """Cards and curves of the active runs, kept up to date; nothing where nothing is active.

    `snapshot` is what the rest of the page is drawn from: once it has changed, so does the page.
    """
    _announce(snapshot)
    st.session_state[SHOWN] = _outline(snapshot)
    if snapshot.active:
        st.fragment(_area, run_every=REFRESH_S)()


def follow(snapshot: Snapshot) -> None:
    """For a page without the area: its toasts, and the page anew whenever a run's state changes.

    `snapshot` is what the page is drawn from. Nothing polls while nothing is active.
    """
    _announce(snapshot)
    st.session_state[SHOWN] = _outline(snapshot)
    if snapshot.active:
        st.fragment(_follow, run_every=FOLLOW_S)()


def _follow() -> None:
    if _outline(reader.snapshot()) != st.session_state.get(SHOWN):
        st.rerun()


def one(run: Run) -> None:
    """The card and the curves of one active run, kept up to date until it ends."""
    st.fragment(_one, run_every=REFRESH_S)(run.id, run.state)


def _one(run_id: str, shown: RunState) -> None:
    snapshot = reader.snapshot()
    run = snapshot.get(run_id)
    if run is None or run.state is not shown:
        st.rerun()
    if run.state is RunState.QUEUED:
        place = [other.id for other in snapshot.queue].index(run_id) + 1
        st.html(queued_html(run, place) + stuck_html(snapshot))
        return
    with st.container(border=True, key="live_cards"):
        st.html(card_html(run, snapshot.epochs.get(run.id, ())))
    with st.container(key="live_curves"):
        curves([run], snapshot.epochs, key=f"live_{run_id}", growing=True)


def _area() -> None:
    snapshot = reader.snapshot()
    if _outline(snapshot) != st.session_state.get(SHOWN):
        st.rerun()
    running = [run for run in snapshot.active if run.state is RunState.RUNNING]
    _heading(len(running), len(snapshot.queue))
    # Each part has a place of its own, so that the charts stay where they are, and so as they are.
    with st.container(key="live_cards"):
        for run, column in _in_rows(running, 2):
            with column:
                _card(run, snapshot.epochs.get(run.id, ()))
    with st.container(key="live_curves"):
        curves(running, snapshot.epochs, key="live", growing=True)
    for place, (run, column) in enumerate(_in_rows(snapshot.queue, 3), start=1):
        with column:
            _waiting(run, place, stuck_html(snapshot) if place == 1 else "")


def _in_rows(runs: Sequence[Run], width: int) -> Iterator[tuple[Run, DeltaGenerator]]:
    """Each run with a column to draw it in, `width` columns to a row."""
    for start in range(0, len(runs), width):
        yield from zip(runs[start : start + width], st.columns(width), strict=False)


def _heading(running: int, queued: int) -> None:
    parts = [f"{running} training" if running else "", f"{queued} waiting" if queued else ""]
    st.subheader("Live: " + ", ".join(filter(None, parts)), anchor=False)


def _card(run: Run, epochs: Sequence[Epoch]) -> None:
    """A running run: how far it is, how it does, and the buttons to open and to stop it."""
    with st.container(border=True, key=f"card_{run.id}"):
        st.html(card_html(run, epochs))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "pages/run.py",
                label="Open",
                icon=":material/open_in_full:",
                query_params={"run": run.id},
            )
            _stop_button(run, "Stop")


def card_html(run: Run, epochs: Sequence[Epoch]) -> str:
    """The words and the bar of a running run's card; the figures of its last finished epoch."""
    last = epochs[-1] if epochs else None
    arch = run.config.architecture
    planned = run.config.epochs_planned
    epoch = min(run.epochs_done + 1, planned)
    stage = f"<b>Epoch {epoch}</b> of {planned}"
    state = theme.state_badge(run.state, "stopping" if run.stop_requested else None)
    left = "measuring the pace"
    if run.seconds_left is not None:
        left = f"at most {format.duration(run.seconds_left)} left"
    if run.config.epochs is None:
        stage, left = "<b>One fit</b>, without epochs", "seconds, as a rule"
    figures = [
        ("validation accuracy", format.percent(last and last.val_accuracy)),
        ("validation loss", format.loss(last and last.val_loss)),
        ("best epoch", format.count(run.best_epoch)),
    ]
    now = "the next epoch begins" if epochs else "getting ready"
    if run.progress and run.progress.epoch > run.epochs_done:
        now = (
            f"this epoch so far: loss {format.loss(run.progress.loss)}, "
            f"accuracy {format.percent(run.progress.accuracy)}"
        )
    return f"""
    <div class="lab-card">
      <div class="lab-row lab-apart"><span class="lab-name"><i class="lab-dot"
        style="--tint:{arch.color}"></i>{theme.text(run.name)}</span>{state}</div>
      <div class="lab-row lab-apart"><span>{stage}</span>
        <span class="lab-muted">{left}</span></div>
      {theme.bar(run.share_done, color=arch.color, label=f"{run.name}: share of epochs done")}
      {theme.figures(figures)}
      <div class="lab-muted lab-now">{now}</div>
    </div>"""


def _waiting(run: Run, place: int, note: str) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", key=f"card_{run.id}"
    ):
        st.html(queued_html(run, place) + note)
        _stop_button(run, "Cancel")


def queued_html(run: Run, place: int) -> str:
    """A queued run with its place in the queue."""
    badge = theme.state_badge(run.state, f"{format.ordinal(place)} in the queue")
    return (
        f'<div class="lab-row"><span class="lab-name"><i class="lab-dot" '
        f'style="--tint:{run.config.architecture.color}"></i>{theme.text(run.name)}</span>'
        f"{badge}</div>"
    )


def stuck_html(snapshot: Snapshot) -> str:
    """Where to look if runs wait and no worker trains any; empty while all is well."""
    first = snapshot.queue[0]
    if first is not snapshot.active[0] or time.time() - first.queued_at < STUCK_S:
        return ""
    log = home.log_folder() / "worker.log"
    return (
        f'<div class="lab-stuck">{theme.icon("warning", color="#D97706")} No worker has come up '
        f"yet; the log <code>{theme.text(log)}</code> may say why.</div>"
    )


def _stop_button(run: Run, label: str) -> None:
    pressed = st.button(
        "Stopping" if run.stop_requested else label,
        icon=":material/stop_circle:",
        disabled=run.stop_requested,
        key=f"live_stop_{run.id}",
    )
    if pressed and reader.attempt(lambda: reader.get_lab().stop(run.id)):
        st.rerun()


def curves(
    runs: Sequence[Run],
    epochs: Mapping[str, Sequence[Epoch]],
    *,
    key: str,
    growing: bool = False,
) -> None:
    """Loss and accuracy of these runs side by side, below one another on a phone.

    `growing` curves are redrawn in place (see `ui.chart`).
    """
    if not any(epochs.get(run.id) for run in runs):
        if runs:
            st.caption("The curves start when the first epoch ends.")
        return
    for column, metric in zip(st.columns(2, gap="medium"), ("loss", "accuracy"), strict=True):
        info = charts.curves(metric, runs, epochs)
        column.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
        place = {"key": f"{key}_{metric}", "label": charts.describe(info)}
        with column:
            if growing:
                chart.live(chart.render_curves(info, theme.text_color()), **place)
            else:
                chart.static(charts.curves_figure(info, text_color=theme.text_color()), **place)
    st.caption(
        "Solid: validation, on reviews kept aside. Dashed: training. "
        "Ring: the best epoch, whose weights are kept. Diamond: the running epoch so far. "
        "Double-click a chart to undo zooming."
    )


def _outline(snapshot: Snapshot) -> tuple:
    """What the page outside the live area shows of the runs."""
    return tuple((run.id, run.name, run.state) for run in snapshot.runs)


def _announce(snapshot: Snapshot) -> None:
    """A toast for each run that this session saw active and that has ended since."""
    active = {run.id for run in snapshot.active}
    ended = st.session_state.get(SEEN, set()) - active
    for run in snapshot.runs:
        if run.id in ended:
            symbol, _ = theme.STATES[run.state]
            st.toast(
                f"**{theme.markdown(run.name)}** {theme.markdown(run.ending())}",
                icon=f":material/{symbol}:",
                duration="long",
            )
    st.session_state[SEEN] = active
