"""What a lab does with studies; `rnnlab.lab.Lab` is made of it."""

import time

from rnnlab import datasets, estimate, machine
from rnnlab.lab_datasets import LabDatasets
from rnnlab.lab_owner import LabOwner
from rnnlab.studies import Study, StudySpec
from rnnlab.study import advance, plan
from rnnlab.worker.executors import Executor


class LabStudies(LabDatasets, LabOwner):
    """The studies of a lab: started, stopped, resumed."""

    executor: Executor

    def start_study(self, spec: StudySpec, *, name: str | None = None) -> Study:
        """Record a study, queue the runs of its search and start workers for them; return it.

        What is trained or queued already is not trained again. Raises like `train`.
        """
        for config in {config for base in spec.bases for config in plan.settings(spec, base)}:
            estimate.check_fits(config, machine.memory_bytes(), self.parts(config))
        manifest = {"dataset_sha256": datasets.prepare(spec.bases[0].dataset_id, self.home)}
        configs = plan.search_configs(spec)
        now = time.time()
        study = self.store.studies.create(
            spec, configs, now=now, name=name, manifest=manifest, owner=self.owner
        )
        return self._advanced(study)

    def stop_study(self, study_id: str) -> None:
        """Stop a study and the runs that it queued. Raises StudyNotFound, WrongState."""
        self.store.studies.stop(study_id, now=time.time())

    def resume_study(self, study_id: str) -> Study:
        """Continue a study that was stopped, failed, or lost runs; return it.

        Raises StudyNotFound, or WrongState where it is running or nothing is missing.
        """
        study = self.store.studies.get(study_id)
        configs = plan.search_configs(study.spec)
        if study.chosen is not None:
            configs = plan.final_configs(study.spec, study.chosen)
        return self._advanced(self.store.studies.resume(study_id, configs, now=time.time()))

    def _advanced(self, study: Study) -> Study:
        """Move a study on whose runs may all be there already; start workers for the others."""
        advance.advance(self.store, study.id, now=time.time())
        self.executor.ensure()
        return self.store.studies.get(study.id)
