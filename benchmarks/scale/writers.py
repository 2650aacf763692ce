"""Simulated workers: a process with a thread for each, every thread with connections of its own.

`python -m benchmarks.scale.writers URL WORKERS SECONDS EPOCH_S EPOCHS` prints as JSON how long each
call took. With EPOCH_S 0 they record as fast as the store takes it; else an epoch takes as long,
and progress is recorded once a second, as in training.
"""

import json
import sys
import threading
import time
from collections import defaultdict

from rnnlab.errors import RnnlabError
from rnnlab.runs import Epoch, Progress, RunState
from rnnlab.store import RunStore
from rnnlab.store.attempt import Attempt
from rnnlab.store.workers import HEARTBEAT_S

CHECKPOINT, BEST = b"c" * 75_000, b"b" * 37_000  # of the tutorial's LSTM with its optimizer
BATCHES = 313


class Simulated:
    """One worker; `took` holds the seconds of its calls by their name."""

    def __init__(self, url: str, name: str, *, until: float, epoch_s: float, epochs: int) -> None:
        self.took: dict[str, list[float]] = defaultdict(list)
        self.failed = 0
        self._store = RunStore(url, busy_timeout_s=600)
        self._store.database.be_patient()
        self._name, self._until = name, until
        self._epoch_s, self._epochs = epoch_s, epochs
        self._heartbeat_at = 0.0

    def work(self) -> None:
        """Claim runs and record them until the time is over."""
        self._store.workers.register(self._name, now=self._store.now(), limit=sys.maxsize)
        while time.time() < self._until:
            try:
                attempt = self._timed("claim", self._claim)
                if attempt is None:
                    return
                self._train(attempt)
            except RnnlabError as error:
                print(error, file=sys.stderr)
                self.failed += 1

    def _claim(self) -> Attempt | None:
        return self._store.claim_next(self._name, machine="simulated", now=self._store.now())

    def _train(self, attempt: Attempt) -> None:
        for number in range(1, self._epochs + 1):
            began = time.time()
            while self._epoch_s and time.time() < began + self._epoch_s - 0.5:
                self._beat()
                batch = min(int(BATCHES * (time.time() - began) / self._epoch_s) + 1, BATCHES)
                progress = Progress(number, batch, BATCHES, 0.5, 0.8, attempt.now())
                self._timed("progress", lambda p=progress: attempt.record_progress(p))
                time.sleep(min(1.0, self._epoch_s / 2))
            self._beat()
            loss = 1 / (number + 1)
            epoch = Epoch(number, loss, 0.8, loss, 0.8, max(self._epoch_s, 0.001))
            self._timed(
                "epoch",
                lambda e=epoch: attempt.record_epoch(e, checkpoint=CHECKPOINT, best=BEST),
            )
            if time.time() > self._until:
                break
        self._timed("end", lambda: attempt.end(RunState.FINISHED, now=attempt.now()))

    def _beat(self) -> None:
        if time.monotonic() - self._heartbeat_at > HEARTBEAT_S:
            self._heartbeat_at = time.monotonic()
            self._store.workers.heartbeat(self._name, now=self._store.now())

    def _timed(self, name, call):
        began = time.perf_counter()
        result = call()
        self.took[name].append(time.perf_counter() - began)
        return result


def main() -> None:
    """Run as many simulated workers as the arguments say."""
    url, workers, seconds, epoch_s, epochs = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    until = time.time() + float(seconds)
    simulated = [
        Simulated(
            url,
            f"{threading.get_native_id()}-{number}",
            until=until,
            epoch_s=float(epoch_s),
            epochs=int(epochs),
        )
        for number in range(int(workers))
    ]
    began = time.time()
    threads = [threading.Thread(target=one.work) for one in simulated]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = defaultdict(list)
    for one in simulated:
        for name, seconds_each in one.took.items():
            took[name] += seconds_each
    failed = sum(one.failed for one in simulated)
    print(json.dumps({"seconds": time.time() - began, "failed": failed, "took": took}))


if __name__ == "__main__":
    main()
