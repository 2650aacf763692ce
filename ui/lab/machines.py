"""Who trains what, where: a slim line for each machine, once there is more than one."""

from collections.abc import Sequence
from itertools import groupby

from rnnlab.format import listing, plural
from rnnlab.store.workers import RegisteredWorker
from ui import theme
from ui.reader import Snapshot

MOST_MACHINES = 8
MOST_RUNS = 3  # named in a line


def machines_html(snapshot: Snapshot) -> str:
    """Return the lines as HTML; empty where all workers are on one machine."""
    machines = [list(group) for _, group in groupby(snapshot.workers, key=lambda w: w.machine)]
    if len(machines) < 2:
        return ""
    versions = {(worker.rnnlab, worker.tensorflow) for worker in snapshot.workers}
    machines.sort(key=lambda workers: not any(worker.run for worker in workers))
    lines = [
        _line(workers, snapshot, versions=len(versions) > 1) for workers in machines[:MOST_MACHINES]
    ]
    if (more := len(machines) - MOST_MACHINES) > 0:
        lines.append(f"<div>and {plural(more, 'more machine')}: <code>rnnlab workers</code></div>")
    return f'<div class="lab-machines">{"".join(lines)}</div>'


def _line(workers: Sequence[RegisteredWorker], snapshot: Snapshot, *, versions: bool) -> str:
    names = [
        run.name
        for worker in workers
        if worker.run and (run := snapshot.get(worker.run)) is not None
    ]
    what = "ready"
    if names:
        shown = names[:MOST_RUNS]
        if len(names) > MOST_RUNS:
            shown = [*shown, f"{len(names) - MOST_RUNS} more"]
        what = f"trains {listing(shown)}"
    first = workers[0]
    facts = [what, f"{plural(len(workers), 'worker')}"]
    if versions:
        facts.append(f"rnnlab {first.rnnlab}, TensorFlow {first.tensorflow}")
    kind = theme.text(first.kind or "")
    return (
        f'<div title="{kind}">{theme.icon("dns")}<b>{theme.text(first.machine)}</b>'
        f"<span>{theme.text(' · '.join(facts))}</span></div>"
    )
