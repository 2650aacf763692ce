"""The commands that are a worker, and that list the workers."""

import argparse
import os
import signal
import sys
import threading
import time

from rnnlab.cli.open_lab import open_lab
from rnnlab.cli.output import plain, print_json, say
from rnnlab.errors import InvalidField, ReadOnlyLab

POLL_S = 0.2


def worker(options: argparse.Namespace) -> int:
    """Run a worker, or one for each slot; the only command whose processes import keras."""
    if options.store is not None:
        _start_anew(options)
    if options.slots is not None:
        return _serve(options.slots)
    from rnnlab.worker import main

    main.run(once=options.once, with_parent=options.with_parent)
    return 0


def _start_anew(options: argparse.Namespace) -> None:
    """Start this process anew with the store's URL in its environment.

    Others on this machine can see a command line, and the URL may hold a password.
    """
    if not options.store.strip():
        raise InvalidField("--store", options.store, "the URL of a store", "give the lab's")
    os.environ["RNNLAB_STORE"] = options.store
    once = ["--once"] if options.once else ["--slots", options.slots or "1"]
    os.execv(sys.executable, [sys.executable, "-m", "rnnlab", "worker", *once])


def _serve(text: str) -> int:
    """Train up to so many runs at once until asked to end."""
    from rnnlab import format, home, machine
    from rnnlab.store import RunStore, urls
    from rnnlab.worker.slots import SLOTS, Slots

    number = SLOTS.parse(text)
    url = home.store_url()
    database = RunStore(url).database
    if database.read_only:
        raise ReadOnlyLab(database.read_only)
    database.close()
    asked_to_end = threading.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, lambda *_: asked_to_end.set())
    say(
        f"{machine.name()} has joined the lab at {urls.shown(url)} and trains up to "
        f"{format.plural(number, 'run')} at once. Press Ctrl-C to leave; the runs that it is "
        "training then go on elsewhere."
    )
    slots = Slots(number)
    while not asked_to_end.wait(POLL_S):
        slots.fill(now=time.monotonic())
    slots.end()
    return 0


def place(options: argparse.Namespace) -> int:
    """Place workers on a cluster until there is nothing to train."""
    from rnnlab.worker.executors import EXECUTOR, executor_name

    if not executor_name().startswith("ray"):
        remedy = "set it to the cluster that workers are to be placed on"
        raise InvalidField(EXECUTOR, executor_name(), "ray or ray://host:port", remedy)
    from rnnlab.cluster import place

    return place.run()


def workers(options: argparse.Namespace) -> int:
    """List the workers that serve the store, on whatever machine, and what they train."""
    from rnnlab import machine

    store = open_lab().store
    registered = store.workers.all(now=machine.steady_time())
    names = {run.id: run.name for run in store.runs() if run.state == "running"}
    if options.json:
        print_json(
            [
                {
                    "id": worker.id,
                    "machine": worker.machine,
                    "pid": worker.pid,
                    "kind": worker.kind,
                    "rnnlab": worker.rnnlab,
                    "tensorflow": worker.tensorflow,
                    "slots": worker.slots,
                    "run": worker.run,
                    "run_name": names.get(worker.run or ""),
                    "last_seen": worker.seen_at,
                    "silent_s": round(worker.silent_s, 3),
                }
                for worker in registered
            ]
        )
        return 0
    if not registered:
        print("No worker is running. One starts when a run is queued, or with `rnnlab worker`.")
        return 0
    from rnnlab import format
    from rnnlab.cli import tables

    table = tables.new_table(
        "machine", ">pid", "trains", ">last seen", ">slots", "rnnlab", "kind of machine"
    )
    for worker in registered:
        table.add_row(
            plain(worker.machine),
            str(worker.pid),
            plain(names.get(worker.run or "", format.NONE)),
            f"{format.duration(worker.silent_s)} ago",
            format.NONE if worker.slots is None else str(worker.slots),
            worker.rnnlab or format.NONE,
            plain(worker.kind or format.NONE),
        )
    tables.Stdout().print(table)
    return 0
