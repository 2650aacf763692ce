"""Whoever follows a run from the command line waits for a server that goes away."""

import threading

from rnnlab.cli import watch
from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from rnnlab.store import RunStore
from tests.labs import NOW, claimed, train


def test_run_is_followed_until_its_end_though_the_server_goes_away(
    postgresql_url, postgresql, monkeypatch, capsys
):
    monkeypatch.setenv("RNNLAB_WORKERS", "1")
    lab, of_worker = Lab(), RunStore(postgresql_url, busy_timeout_s=120)
    of_worker.database.be_patient()
    attempt = claimed(of_worker, preset("gru"))
    train(attempt, 1)
    monkeypatch.setattr(lab, "reconcile", lambda: None)  # no worker lives here
    answers = []

    def follow():
        answers.append(watch.until_ended(lab, attempt.run, watch.Interrupts()))

    following = threading.Thread(target=follow, daemon=True)
    following.start()
    postgresql.stop()
    while "Waiting, training goes on meanwhile" not in "".join(told := capsys.readouterr()):
        assert following.is_alive(), told
        following.join(0.1)
    postgresql.start()
    train(attempt, 2, first=2)
    attempt.end(RunState.FINISHED, now=NOW)
    following.join(120)
    run, code = answers[0]
    assert (run.state, code) == (RunState.FINISHED, 0)
    assert "The store's server is back." in capsys.readouterr().err
    lab.store.close()
    of_worker.close()
