"""A stopped run stays as it is; what goes on from it is another run."""

import pytest

from rnnlab.config import preset
from rnnlab.errors import WrongState
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests import labs


@pytest.fixture
def lab(warm_home, monkeypatch):
    lab = Lab()
    monkeypatch.setattr(lab.executor, "ensure", lambda **_: None)
    return lab


def stopped_run(store, epochs=2):
    attempt = labs.claimed(store)
    labs.train(attempt, epochs)
    attempt.save("checkpoint", b"state")
    attempt.end(RunState.STOPPED, now=labs.NOW)
    return store.get(attempt.run.id)


def test_continuation_starts_with_what_the_stopped_run_has_done(lab):
    stopped = stopped_run(lab.store)
    run = lab.resume(stopped.id)
    assert lab.store.get(stopped.id) == stopped
    assert (run.state, run.epochs_done, run.config) == (RunState.QUEUED, 2, stopped.config)
    assert run.continues == stopped.id
    assert run.name == f"{stopped.name} continued"


def test_continuing_twice_is_the_same_run(lab):
    stopped = stopped_run(lab.store)
    assert lab.resume(stopped.id).id == lab.resume(stopped.id).id


def test_run_that_was_cancelled_in_the_queue_starts_anew(lab):
    queued = lab.store.enqueue(preset("lstm"), now=labs.NOW)
    lab.store.request_stop(queued.id, now=labs.NOW)
    run = lab.resume(queued.id)
    assert (run.state, run.epochs_done) == (RunState.QUEUED, 0)


def test_finished_run_cannot_be_resumed(lab):
    with pytest.raises(WrongState, match="is finished"):
        lab.resume(labs.finished_run(lab.store).id)


def test_command_says_which_run_goes_on(lab, cli):
    stopped = stopped_run(lab.store)
    code, _, err = cli("resume", stopped.name)
    assert code == 0
    assert "was stopped and stays as it is" in err
    assert "will continue after epoch 2" in err
