"""What the kills have done to a lab, how long its states were untrue, and who had to help."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.chaos import home
from benchmarks.chaos.watch import Watch
from rnnlab.config import RunConfig
from rnnlab.lab import Lab
from rnnlab.runs import Run, RunState

STAYS_S = 3.0  # how long an interrupted run is watched for being resumed once more


@dataclass
class Evidence:
    """A lab whose processes are killed, and what was seen of it.

    `references` holds an undisturbed run of each config. `by_hand` are runs that were interrupted
    twice at one place, as they were before they were resumed by hand; `stayed` tells of those that
    were killed twice on purpose whether they waited for that.
    """

    lab: Lab
    random: random.Random
    watch: Watch
    references: dict[RunConfig, str] = field(default_factory=dict)
    kills: Counter[str] = field(default_factory=Counter)
    true_after_s: list[float] = field(default_factory=list)
    by_hand: list[Run] = field(default_factory=list)
    stayed: list[bool] = field(default_factory=list)

    def train_references(self, configs: tuple[RunConfig, ...]) -> None:
        """Train each config undisturbed."""
        for config in configs:
            run = home.end_run(self.lab, self.lab.train(config).id)
            if run.state is not RunState.FINISHED:
                raise RuntimeError(f"{run.name} is {run.state}: {run.error}")
            self.references[config] = run.id

    def enqueue(self) -> Run:
        """Queue a run of a config that has a reference."""
        config = self.random.choice(list(self.references))
        return self.lab.store.enqueue(config, now=time.time())

    def disturbed(self) -> list[Run]:
        """The runs that are no references."""
        references = set(self.references.values())
        return [run for run in self.lab.store.runs() if run.id not in references]

    def claim_on(self, run_id: str) -> home.Claim:
        """The claim on a run and its child; waits for them."""
        home.look_until(self.lab, lambda: home.claim_on(self.lab, run_id))
        claim = home.claim_on(self.lab, run_id)
        assert claim
        return claim

    def kill(self, claim: home.Claim, kind: str, *, unseen_s: float = 0.0) -> None:
        """Kill what trains a run, and note how long the store says what is not so any more.

        Nobody looks after the lab for `unseen_s`.
        """
        targets = {
            "child": [claim.child],
            "worker": [claim.worker],
            "both": [claim.worker, claim.child],
        }
        home.kill(*targets[kind])
        self.kills[kind] += 1
        time.sleep(unseen_s)
        waited_s = home.look_until(
            self.lab, lambda: home.token(self.lab, claim.run_id) != claim.token
        )
        self.true_after_s.append(unseen_s + waited_s)
        self.watch.look()

    def kill_twice(self, *, forget: bool = False) -> None:
        """Kill the child of a run twice in its first epoch, and see that it stays interrupted.

        With `forget`, the store forgets that the run was resumed once.
        """
        run = self.enqueue()
        for _ in range(2):
            self.kill(self.claim_on(run.id), "child")
        if forget:
            home.sql(self.lab, "UPDATE runs SET resumed_after = NULL WHERE id = ?", run.id)
        home.pause(STAYS_S, self.lab, self.watch.look)
        self.stayed.append(self.lab.store.get(run.id).state is RunState.INTERRUPTED)
        self.resume_by_hand()

    def resume_by_hand(self) -> None:
        """Resume what does not resume by itself, as a person would."""
        for run in self.lab.store.runs([RunState.INTERRUPTED]):
            if run.resumed_after == run.epochs_done:
                self.by_hand.append(run)
                self.lab.resume(run.id)

    def settle(self) -> None:
        """Look after the lab until all runs have ended."""

        def ended() -> bool:
            self.watch.look()
            self.resume_by_hand()
            return self.lab.store.active_count() == 0

        home.look_until(self.lab, ended)

    def differing(self) -> list[Run]:
        """The runs that did not end with the very history and weights of their references."""
        return [run for run in self.disturbed() if not self._equals_reference(run)]

    def _equals_reference(self, run: Run) -> bool:
        reference = self.references[run.config]
        store = self.lab.store
        return (
            run.state is RunState.FINISHED
            and home.figures(self.lab, run.id) == home.figures(self.lab, reference)
            and all(
                store.digest(run.id, name) == store.digest(reference, name)
                for name in ("best", "checkpoint", "predictions")
            )
        )
