"""A study of real networks by real workers, with no dashboard to move it on."""

import pytest

from rnnlab.config import preset
from rnnlab.studies import StudyState
from rnnlab.study import plan
from rnnlab.study.load import load_result
from tests.workers import wait_for

pytestmark = pytest.mark.slow


def test_workers_alone_take_a_study_to_its_answer(working_lab):
    tiny = {"maxlen": 20, "vocab_size": 50, "embedding_dim": 2, "epochs": 1, "batch_size": 512}
    rates = {"learning_rate": (1e-3, 1e-2)}
    spec = plan.make_spec([preset("feedforward", **tiny)], grid=rates, seeds=1, fresh_seeds=1)
    study = working_lab.start_study(spec)
    store = working_lab.store
    wait_for(
        lambda: store.studies.get(study.id).state is not StudyState.RUNNING, "the study to end"
    )
    result = load_result(store, working_lab.home, study.id)
    assert result.study.state is StudyState.FINISHED
    assert result.runs == 3
    assert result.headline and result.headline.startswith("Tuned, ")
    assert all(candidate.test.mean for candidate in result.candidates)
    assert result.optimism is not None
