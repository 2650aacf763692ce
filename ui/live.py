"""The live area: what is being trained and what waits, as it happens.

Everything shown comes from the store, so a reload, another browser or a restarted dashboard shows
the same. While nothing is active it looks every few seconds, so that a run that another browser or
the command line starts is seen; the rest of the page is brought up to date when a run starts, ends,
comes or goes.
"""

import functools
from collections.abc import Mapping, Sequence

import streamlit as st

from rnnlab import charts, format, home
from rnnlab.charts.styling import shades
from rnnlab.runs import Epoch, Run, RunState
from rnnlab.studies import StudyState
from ui import chart, reader, run_rows, theme, viewers
from ui.lab.machines import machines_html
from ui.reader import Snapshot

FOLLOW_S = 1.0
IDLE_S = 4.0  # between looks while nothing is active
STUCK_S = 30.0  # a worker takes a run within seconds
METRICS: tuple[charts.Metric, ...] = ("loss", "accuracy")
CHART_PX = 380
SEEN = "live_seen"  # ids of the runs and studies that this session saw active
SHOWN = "live_shown"  # what the rest of the page was drawn from


def area(snapshot: Snapshot, *, last_race: bool = False) -> None:
    """Draw the race, row by row and as curves, and keep it up to date.

    While nothing is active, draw the last race if `last_race`, else nothing. `snapshot` is what
    the rest of the page is drawn from: once it has changed, so does the page.
    """
    _remember(snapshot)
    if snapshot.busy:
        st.fragment(_area, run_every=viewers.start_interval())()
        return
    if last_race and snapshot.race:
        _race(snapshot)
    _look(snapshot)


def follow(snapshot: Snapshot) -> None:
    """Announce ended runs on a page without the area, and redraw it when a run's state changes.

    `snapshot` is what the page is drawn from.
    """
    _remember(snapshot)
    _look(snapshot)


def run_area(run: Run) -> None:
    """Draw the card and the curves of one active run, and keep them up to date until it ends."""
    st.fragment(_run_area, run_every=viewers.start_interval())(run.id, run.state)


def curves(
    runs: Sequence[Run],
    epochs: Mapping[str, Sequence[Epoch]],
    *,
    key: str,
    live: bool = False,
) -> None:
    """Draw loss and accuracy of these runs side by side, below one another on a phone.

    `live` curves are redrawn in place (see `ui.chart`), and their place is kept free until the
    first epoch has ended. Of ended runs without an epoch nothing is drawn.
    """
    _draw_curves([charts.curves(metric, runs, epochs) for metric in METRICS], key=key, live=live)


def card_html(run: Run, epochs: Sequence[Epoch]) -> str:
    """Return the card of a running run with the figures of its last finished epoch, as HTML."""
    last = epochs[-1] if epochs else None
    color = run.config.architecture.color
    epoch = min(run.epochs_done + 1, run.config.epochs_planned)
    stage = f"<b>Epoch {epoch}</b> of {run.config.epochs_planned}"
    if run.config.epochs is None:
        stage = "<b>Single fit</b>, no epochs"
    figures = [
        ("validation accuracy", format.percent(last.val_accuracy if last else None)),
        ("validation loss", format.loss(last.val_loss if last else None)),
        ("best epoch", format.count(run.best_epoch)),
    ]
    return f"""
    <div class="lab-card">
      <div class="lab-row lab-apart"><span>{stage}</span>
        <span class="lab-muted">{run_rows.time_left(run)}</span></div>
      {theme.bar(run.share_done, color=color, label=f"{run.name}: share of epochs done")}
      {theme.figures(figures)}
      <div class="lab-muted lab-now">{_running_epoch(run)}</div>
    </div>"""


def stuck_html(snapshot: Snapshot) -> str:
    """Return where to look if runs wait and no worker trains any; empty while all is well."""
    if not snapshot.queue or snapshot.queue[0] is not snapshot.active[0]:
        return ""
    if reader.store_time() - snapshot.queue[0].queued_at < STUCK_S:
        return ""
    log = theme.text(str(home.worker_log()))
    why = theme.text(reader.get_lab().why_idle()).replace(log, f"<code>{log}</code>")
    return f'<div class="lab-stuck">{theme.icon("warning", color=theme.WARNING)} {why}</div>'


# ---- what is redrawn -----------------------------------------------------------------------


def _area() -> None:
    snapshot = reader.snapshot(max_age_s=viewers.max_age_s())
    _warn_if_stale(snapshot)
    if viewers.interval_changed() or _outline(snapshot) != st.session_state.get(SHOWN):
        st.rerun()
    _race(snapshot)


def _race(snapshot: Snapshot) -> None:
    st.subheader(heading(snapshot.race), anchor=False)
    # Each part has a place of its own, so that the charts stay where they are, and so as they are.
    run_rows.show(snapshot.race, snapshot.epochs, _colors(snapshot), snapshot.queue)
    for html in (machines_html(snapshot), stuck_html(snapshot)):
        if html:
            st.html(html)
    if snapshot.active or any(snapshot.epochs.values()):
        with st.container(key="live_curves"):
            _draw_curves(_race_curves(snapshot), key="live", live=True)


def heading(race: Sequence[Run]) -> str:
    """Return what a race has come to: "Live: 2 training, 1 waiting, 1 ended" or "Latest runs"."""
    running = sum(run.state is RunState.RUNNING for run in race)
    queued = sum(run.state is RunState.QUEUED for run in race)
    if not running + queued:
        return "Latest run" if len(race) == 1 else f"Latest {len(race)} runs"
    counts = {"training": running, "waiting": queued, "ended": len(race) - running - queued}
    return "Live: " + ", ".join(f"{count} {state}" for state, count in counts.items() if count)


def _look(snapshot: Snapshot) -> None:
    """Have the page redrawn once the runs and studies are others than those of the snapshot."""
    st.fragment(_follow, run_every=FOLLOW_S if snapshot.busy else IDLE_S)()


def _follow() -> None:
    snapshot = reader.snapshot()
    _warn_if_stale(snapshot)
    if _outline(snapshot) != st.session_state.get(SHOWN):
        st.rerun()


def _warn_if_stale(snapshot: Snapshot) -> None:
    if snapshot.stale_since is not None:
        why = "another program may hold it, or its disk is full"
        if not reader.get_lab().store.database.is_file:
            why = "its server may be down, or the network; training goes on meanwhile"
        st.warning(
            f"The store does not answer: {why}. This is the lab as of "
            f"{format.clock(snapshot.stale_since)}.",
            icon=":material/cloud_off:",
        )


def _run_area(run_id: str, shown: RunState) -> None:
    snapshot = reader.snapshot(max_age_s=viewers.max_age_s())
    run = snapshot.get(run_id)
    if run is None or run.state is not shown or viewers.interval_changed():
        st.rerun()
        return
    if run.state is RunState.QUEUED:
        place = [other.id for other in snapshot.queue].index(run_id) + 1
        badge = theme.state_badge(run.state, f"{format.ordinal(place)} in the queue")
        st.html(badge + stuck_html(snapshot))
        return
    epochs = snapshot.epochs.get(run.id, ())
    with st.container(border=True, key="live_card"):
        st.html(card_html(run, epochs))
    with st.container(key="live_curves"):
        curves([run], snapshot.epochs, key=f"live_{run_id}", live=True)


def _running_epoch(run: Run) -> str:
    """Return how the epoch that is being trained does so far, in words."""
    if run.progress and run.progress.epoch > run.epochs_done:
        return (
            f"this epoch so far: loss {format.loss(run.progress.loss)}, "
            f"accuracy {format.percent(run.progress.accuracy)}"
        )
    return "starting the next epoch" if run.epochs_done else "getting ready"


# ---- curves --------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4)
def _race_curves(snapshot: Snapshot) -> list[charts.Curves]:
    """Return the curves of a snapshot's race, built once for all viewers.

    Each viewer's page asks for them twice a second.
    """
    return [charts.curves(metric, snapshot.race, snapshot.epochs) for metric in METRICS]


@functools.lru_cache(maxsize=4)
def _colors(snapshot: Snapshot) -> dict[str, str]:
    return shades(snapshot.race)


def _draw_curves(infos: Sequence[charts.Curves], *, key: str, live: bool) -> None:
    started = any(curve.epochs for curve in infos[0].curves)
    if not started and not live:
        return
    for column, info in zip(st.columns(2, gap="medium"), infos, strict=True):
        title = theme.text(info.title)
        column.html(f'<h3 class="lab-finding" title="{title}">{title}</h3>')
        with column:
            if not started:
                st.html(_waiting_html())
            else:
                chart.show(
                    chart.render_curves(info, theme.text_color()),
                    key=f"{key}_{info.metric}",
                    label=charts.describe(info),
                )
    legend = [
        "Solid: validation, on held-out reviews.",
        "Dashed: training.",
        "Ring: best epoch, whose weights are kept.",
        "Diamond: current epoch so far." if live else "",
        "Bar: run ended." if any(curve.ended for curve in infos[0].curves) else "",
        "Double-click: reset zoom.",
        infos[0].left_out,
    ]
    st.caption(" ".join(filter(None, legend)))


def _waiting_html() -> str:
    """Return what keeps a chart's place free until there is something to draw."""
    return (
        f'<div class="lab-chart-waiting lab-muted" style="height:{CHART_PX}px">'
        "The curve starts when the first epoch ends.</div>"
    )


# ---- what this viewer has seen ---------------------------------------------------------------


@functools.lru_cache(maxsize=4)
def _outline(snapshot: Snapshot) -> tuple[tuple[str, ...], ...]:
    """Return what the page outside the live area shows of the runs and studies."""
    runs = ((run.id, run.name, run.state) for run in snapshot.runs)
    studies = ((study.id, study.state, study.phase) for study in snapshot.studies)
    return (*runs, *studies, (snapshot.notice or "",))


def _remember(snapshot: Snapshot) -> None:
    """Keep what the page is drawn from; toast each run and study seen active that has ended since.

    A study's runs are too many to announce each of them.
    """
    st.session_state[SHOWN] = _outline(snapshot)
    running = {study.id for study in snapshot.studies if study.state is StudyState.RUNNING}
    active = running | {run.id for run in snapshot.active if run.id not in snapshot.studied}
    ended = st.session_state.get(SEEN, set()) - active
    for run in snapshot.runs:
        if run.id in ended:
            _toast(run.name, run.ending(), symbol=theme.STATES[run.state][0])
    for study in snapshot.studies:
        if study.id in ended:
            _toast(study.name, f"is {study.state}.", symbol="tune")
    st.session_state[SEEN] = active


def _toast(name: str, words: str, *, symbol: str) -> None:
    st.toast(
        f"**{theme.markdown(name)}** {theme.markdown(words)}",
        icon=f":material/{symbol}:",
        duration="long",
    )
