"""What a lab does with studies and sweeps; `rnnlab.lab.Lab` is made of it."""

import time

from rnnlab import datasets, estimate, machine
from rnnlab.errors import WrongState
from rnnlab.lab_datasets import LabDatasets
from rnnlab.lab_owner import LabOwner
from rnnlab.studies import Study, StudySpec
from rnnlab.study import advance, plan, points, ranges
from rnnlab.worker.executors import Executor
from rnnlab.worker.reconcile import Reconciler


class LabStudies(LabDatasets, LabOwner):
    """The studies of a lab: started, stopped, paused and continued."""

    executor: Executor
    _reconciler: Reconciler

    def start_study(self, spec: StudySpec, *, name: str | None = None) -> Study:
        """Record a study, queue the runs of its search and start workers for them; return it.

        What is trained or queued already is not trained again. The runs of a sweep are queued by
        its coordinator. Raises like `Lab.train`.
        """
        settings = ranges.corners(spec) if spec.sweep else plan.search_configs(spec)
        for config in set(settings):
            estimate.check_fits(config, machine.memory_bytes(), self.parts(config))
        manifest = {"dataset_sha256": datasets.prepare(spec.bases[0].dataset_id, self.home)}
        configs = () if spec.sweep else plan.search_configs(spec)
        now = time.time()
        study = self.store.studies.create(
            spec, configs, now=now, name=name, manifest=manifest, owner=self.owner
        )
        return self._advanced(study)

    def stop_study(self, study_id: str) -> None:
        """Stop a study and the runs that it queued. Raises StudyNotFound, WrongState."""
        self.store.studies.stop(study_id, now=time.time())

    def resume_study(self, study_id: str) -> Study:
        """Continue a study that was paused or stopped, failed, or lost runs; return it.

        Raises StudyNotFound, or WrongState where it is running or nothing is missing.
        """
        configs = points.phase_configs(*self.store.studies.with_runs(study_id))
        return self._advanced(self.store.studies.resume(study_id, configs, now=time.time()))

    def pause_sweep(self, study_id: str) -> None:
        """Start nothing new in a sweep that searches. Raises StudyNotFound, WrongState."""
        self.store.sweeps.pause(study_id)

    def set_budget(
        self, study_id: str, *, runs: int | None = None, minutes: float | None = None
    ) -> Study:
        """Give a sweep that still searches another budget, in runs or in minutes; return it.

        Raises StudyNotFound, WrongState, and InvalidField for a budget outside its bounds.
        """
        study = self.store.studies.get(study_id)
        if study.spec.sweep is None:
            raise WrongState(f"study {study.name} searches a grid: only a sweep has a budget")
        spec = ranges.with_budget(study.spec, runs=runs, minutes=minutes)
        return self._advanced(self.store.sweeps.set_budget(study_id, spec))

    def _advanced(self, study: Study) -> Study:
        """Move a study on whose runs may all be there already; start workers for the others."""
        advance.advance(self.store, study.id, now=time.time())
        self.executor.ensure()
        self._reconciler.ensure_coordinator()
        return self.store.studies.get(study.id)
