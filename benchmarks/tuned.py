"""What a study answers, against what 20 more seeds of its winners say.

Starts the default study of the six presets, and when it has ended trains 20 seeds of each winner
that it never used. Prints each winner's accuracy as searched, on the study's fresh seeds and over
the 20, and whether the study's claims agree with theirs. The lab is kept, so a second call goes on
where the first one ended; from nothing it takes about an hour on 2 cores.

Run with: python -m benchmarks.tuned
"""

import os
import sys
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np

from rnnlab import format
from rnnlab.compare import ranking
from rnnlab.compare.groups import Group, group_id
from rnnlab.compare.outcome import Outcome
from rnnlab.compare.ranking import Evaluated
from rnnlab.compare.side import Side
from rnnlab.config import PRESETS, RunConfig, preset, required
from rnnlab.evaluation.predictions import dataset_finder, load_part_predictions
from rnnlab.lab import Lab
from rnnlab.runs import Run
from rnnlab.studies import Study, StudyState
from rnnlab.study import plan
from rnnlab.study.load import load_result
from rnnlab.study.result import CandidateResult, StudyResult

HOME = Path(__file__).resolve().parents[1] / ".rnnlab" / "tuned"
SEEDS = 20
NAME = "Six presets"


def main() -> None:
    """Run the study, train the 20 seeds, and print both."""
    os.environ.setdefault("RNNLAB_HOME", str(HOME))
    os.environ.setdefault("RNNLAB_STARTERS", "0")
    lab = Lab()
    study = wait_for_study(lab)
    result = load_result(lab.store, lab.home, study.id)
    truth = evaluate_fresh_seeds(lab, study, result)
    report(result, truth)


def wait_for_study(lab: Lab) -> Study:
    """Return the study of the six presets once it has ended; start it where there is none."""
    named = [study for study in lab.store.studies.all() if study.name == NAME]
    study = named[0] if named else lab.start_study(plan.make_spec(bases()), name=NAME)
    while study.state is StudyState.RUNNING:
        lab.reconcile()
        study = lab.store.studies.get(study.id)
        active = lab.store.active_count()
        print(f"\rstudy: {active} runs to go  ", end="", file=sys.stderr)
        time.sleep(2)
    if study.state is not StudyState.FINISHED:
        sys.exit(f"the study is {study.state}: resume it, or delete {lab.home}")
    return study


def bases() -> list[RunConfig]:
    """Return the candidates: every preset."""
    return [preset(name) for name in PRESETS]


def evaluate_fresh_seeds(lab: Lab, study: Study, result: StudyResult) -> Evaluated:
    """Train 20 seeds of each winner that the study did not use, and compare them."""
    first = plan.fresh_seeds(study.spec).stop
    sides = []
    for candidate in result.candidates:
        winner = required(candidate.winner).config
        random = not winner.architecture.deterministic
        config = plan.with_seed(winner, first) if random else winner
        runs = wait(lab, lab.train_seeds(config, SEEDS if random else 1), candidate.name)
        predictions = load_part_predictions(
            lab.store, runs, "test", dataset_of=dataset_finder(lab.home)
        )
        group = Group(group_id(config), candidate.name, tuple(runs))
        sides.append(Side.from_group(group, predictions))
    return ranking.evaluate_sides(sides)


def wait(lab: Lab, runs: Sequence[Run], name: str) -> list[Run]:
    """Return the runs once all have ended."""
    while True:
        lab.reconcile()
        runs = [lab.store.get(run.id) for run in runs]
        active = sum(run.state.active for run in runs)
        print(f"\r{name}: {active} of {len(runs)} runs to go  ", end="", file=sys.stderr)
        if not active:
            return [run for run in runs if run.is_trained]
        time.sleep(2)


def report(result: StudyResult, truth: Evaluated) -> None:
    """Print the table of the winners, and the study's claims beside those of the 20 seeds."""
    print(f"\n{result.price}\n{result.headline}\n")
    columns = ("winner", "learning rate", "search", "fresh", "20 seeds", "optimism")
    print(("{:<28}" + "{:>14}" * 5).format(*columns))
    for candidate, side in zip(result.candidates, truth.sides, strict=True):
        print(_row(candidate, side))
    print(
        f"\noptimism: {100 * (result.optimism or 0):+.2f} points on average, "
        f"{100 * (result.optimism_of_choosing or 0):+.2f} of them from choosing alone"
    )
    print(f"20 seeds say: {truth.ranking.headline}\n")
    if result.evaluated is None:
        sys.exit(f"the study has no answer: {result.refused}")
    verdicts = zip(
        combinations(range(len(truth.sides)), 2),
        result.evaluated.verdicts,
        truth.verdicts,
        strict=True,
    )
    wrong = 0
    for (a, b), answer, verdict in verdicts:
        true = verdict.accuracy.value
        claims = answer.outcome in (Outcome.A, Outcome.B)
        wrong += claims and (true > 0) != (answer.outcome is Outcome.A)
        names = f"{truth.sides[a].name} – {truth.sides[b].name}"
        print(
            f"{names:<48} study {100 * answer.accuracy.value:+5.1f} points, {answer.outcome:<26}"
            f"20 seeds {100 * true:+5.1f} points, {verdict.outcome}"
        )
    print(f"\nclaims of the study whose sign the 20 seeds contradict: {wrong}")


def _row(candidate: CandidateResult, side: Side) -> str:
    winner, fresh = required(candidate.winner), candidate.test
    over_20 = [float(np.mean(run.correct)) for run in side.runs]
    cells = [
        f"{winner.config.learning_rate or 0:g}",
        format.percent(winner.mean),
        format.percent(fresh.mean),
        f"{100 * np.mean(over_20):.1f} ± {100 * np.std(over_20, ddof=1):.1f} %"
        if len(over_20) > 1
        else format.percent(over_20[0]),
        "" if candidate.optimism is None else f"{100 * candidate.optimism:+.1f}",
    ]
    return f"{candidate.name:<28}" + "".join(f"{cell:>14}" for cell in cells)


if __name__ == "__main__":
    main()
