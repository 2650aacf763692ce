"""A real Ray cluster of three nodes, one of which is lost while runs train."""

import secrets
import shutil
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa

from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from rnnlab.store.schema import workers
from tests import postgresql
from tests.own import add_own
from tests.workers import wait_for

pytestmark = pytest.mark.slow

EPOCHS = 30
PASSWORD = postgresql.PASSWORD.encode()


@pytest.fixture
def cluster(tmp_path, caches, monkeypatch):
    """Three nodes with a slot, a name and a home each."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # Only now: Ray reads the mode when it is imported.
    cluster_utils = pytest.importorskip(
        "ray.cluster_utils", reason="no Ray here: pip install 'rnnlab[ray]' runs this test"
    )

    def node(number):
        home = caches.link(tmp_path / f"node-{number}")
        return {
            "num_cpus": 1,
            "object_store_memory": 80_000_000,
            "include_dashboard": False,
            "env_vars": {"RNNLAB_MACHINE": home.name, "RNNLAB_HOME": str(home)},
        }

    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=node(1))
    cluster.nodes = {1: cluster.head_node, **{n: cluster.add_node(**node(n)) for n in (2, 3)}}
    monkeypatch.setenv("RAY_ADDRESS", cluster.address)
    yield cluster
    folder = session(cluster)
    cluster.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


def session(cluster):
    """The folder of Ray's files."""
    return cluster.head_node.get_session_dir_path()


@pytest.fixture
def lab(postgresql_url, cluster, monkeypatch):
    monkeypatch.setenv("RNNLAB_EXECUTOR", "ray")
    monkeypatch.setenv("RNNLAB_AUTO_RESUME", "1")
    monkeypatch.setenv("RNNLAB_WORKER_IDLE_S", "2")
    return Lab()


def lose(lab, cluster, number):
    """Lose a node with all that runs on it, as when its plug is pulled."""
    name = f"node-{number}"
    for worker in lab.store.workers.all(now=0.0):
        if worker.machine == name:
            process = psutil.Process(worker.pid)
            for member in [process, *process.children(recursive=True)]:
                member.kill()
    cluster.remove_node(cluster.nodes[number], allow_graceful=False)
    with lab.store.database.writing() as connection:  # rather than wait for 20 s
        lost = workers.c.machine == name
        connection.execute(sa.update(workers).where(lost).values(seen_at=0.0))


def test_all_runs_finish_though_a_node_is_lost_while_they_train(lab, cluster):
    own = add_own(lab)
    settings = {"dataset": own.id, "epochs": EPOCHS, "patience": EPOCHS, "maxlen": 10}
    config = preset("embedding-rnn", batch_size=8, **settings)
    ids = [run.id for run in lab.train_seeds(config, 2)]

    def training():
        lab.reconcile()
        runs = [lab.store.get(run_id) for run_id in ids]
        return runs if all(run.state is RunState.RUNNING for run in runs) else None

    runs = wait_for(training, "both runs to train")
    assert len({run.machine for run in runs}) == 2
    lost = max(runs, key=lambda run: run.machine)  # node-1 is the head
    wait_for(lambda: lab.store.get(lost.id).epochs_done >= 2, "two epochs on that node")
    lose(lab, cluster, int(lost.machine.removeprefix("node-")))
    assert lab.store.get(lost.id).state is RunState.RUNNING

    def finished():
        lab.reconcile()
        runs = [lab.store.get(run_id) for run_id in ids]
        return runs if all(run.state is RunState.FINISHED for run in runs) else None

    for run in wait_for(finished, "all runs to finish"):
        assert [e.epoch for e in lab.store.epochs(run.id)] == list(range(1, EPOCHS + 1))
        resumed = run.id == lost.id
        assert (run.resumed_after is not None) == resumed
        assert not resumed or run.machine != lost.machine
    logs = [lab.home / "logs" / "worker.log", *Path(session(cluster), "logs").iterdir()]
    assert not [path for path in logs if path.is_file() and PASSWORD in path.read_bytes()]
    wait_for(lambda: not lab.store.leases.is_held("placement"), "the cluster to be left")
    assert lab.store.workers.all(now=0.0) == ()
