"""How many workers are placed, by whom, and what is said where that cannot be. No cluster runs."""

import importlib.util
import subprocess
import sys
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from rnnlab.cluster import executor as executor_module
from rnnlab.cluster import place, ray_cluster
from rnnlab.cluster.executor import RayExecutor
from rnnlab.config import preset
from rnnlab.errors import InvalidField, RnnlabError
from rnnlab.runs import RunState
from rnnlab.store.schema import leases
from rnnlab.worker.executors import executor_name, make_executor
from rnnlab.worker.launch import RETRY_S
from tests.labs import NOW


class FakeCluster:
    """A cluster of so many slots whose workers do nothing."""

    def __init__(self, slots):
        self.free_slots, self.workers, self.over = slots, 0, []

    def slots(self):
        return self.free_slots

    def place(self, number):
        self.workers += number

    def ended(self):
        over, self.over = self.over, []
        self.workers -= len(over)
        return over

    def placed(self):
        return self.workers


@pytest.fixture
def cluster():
    return FakeCluster(3)


@pytest.fixture
def placer(store, cluster):
    return place.Placer(store, cluster)


def enqueue(store, *seeds, owner=""):
    for seed in seeds:
        store.enqueue(preset("lstm", seed=seed), now=NOW + seed, owner=owner)


def test_nothing_is_placed_without_runs(placer, cluster):
    assert not placer.tick(now=0.0)
    assert cluster.workers == 0


def test_each_run_gets_a_worker_up_to_the_slots(placer, cluster, store):
    enqueue(store, 1)
    assert placer.tick(now=0.0)
    assert cluster.workers == 1
    enqueue(store, 2, 3, 4, 5)
    placer.tick(now=1.0)
    assert cluster.workers == 3
    cluster.free_slots = 4
    placer.tick(now=2.0)
    assert cluster.workers == 4


def test_workers_that_end_idle_are_not_placed_again(placer, cluster, store):
    enqueue(store, 1, 2)
    placer.tick(now=0.0)
    for _ in range(2):
        store.claim_next("w", machine="here", now=NOW).end(RunState.FINISHED, now=NOW)
    cluster.over = [(90.0, True), (90.0, True)]
    assert not placer.tick(now=100.0)
    assert cluster.workers == 0


def test_lost_worker_is_replaced_at_once_and_one_that_cannot_start_after_a_pause(
    placer, cluster, store
):
    enqueue(store, 1)
    placer.tick(now=0.0)
    cluster.over = [(90.0, False)]
    placer.tick(now=100.0)
    assert cluster.workers == 1
    cluster.over = [(2.0, False)]
    placer.tick(now=103.0)
    assert cluster.workers == 0
    placer.tick(now=103.0 + RETRY_S)
    assert cluster.workers == 1


def test_no_more_workers_than_an_owner_may_use_are_placed(store, cluster, monkeypatch):
    monkeypatch.setenv("RNNLAB_OWNER_LIMIT", "1")
    enqueue(store, 1, 2, 3, owner="ann")
    place.Placer(store, cluster).tick(now=0.0)
    assert cluster.workers == 1


@pytest.fixture
def started(monkeypatch):
    """The processes that would have been started."""
    started = []

    def start(command):
        started.append(command)
        return SimpleNamespace(poll=lambda: None)

    monkeypatch.setattr(executor_module, "start_process", start)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    return started


def test_process_that_places_is_started_once_runs_wait_and_one_at_a_time(store, started):
    executor = RayExecutor(store, "ray")
    assert executor.ensure(wanted=4) == 0
    enqueue(store, 1)
    assert (executor.ensure(), executor.ensure(), started) == (1, 0, ["place"])
    assert store.leases.take("placement", "another")
    assert RayExecutor(store, "ray").ensure() == 0
    store.leases.release("placement", "another", note="why")
    assert store.leases.note("placement") == "why"
    assert RayExecutor(store, "ray").ensure() == 1


def test_lease_is_one_holders_until_it_ends(store):
    assert store.leases.take("x", "a") and store.leases.take("x", "a")
    assert not store.leases.take("x", "b")
    store.leases.release("x", "b")
    assert store.leases.is_held("x")
    with store.database.writing() as connection:
        connection.execute(sa.update(leases).values(ends_at=1.0))
    assert not store.leases.is_held("x")
    assert store.leases.take("x", "b")
    assert not store.leases.take("x", "a")


@pytest.mark.parametrize("text", ["ray", "ray://head:10001", "ray://[::1]:10001"])
def test_clusters_are_named(monkeypatch, text):
    monkeypatch.setenv("RNNLAB_EXECUTOR", text)
    assert executor_name() == text


@pytest.mark.parametrize("text", ["ray:", "ray://", "ray://head", "ray://head:x", "ray://:1"])
def test_cluster_without_host_and_port_is_refused(monkeypatch, text):
    monkeypatch.setenv("RNNLAB_EXECUTOR", text)
    with pytest.raises(InvalidField, match="ray://host:port"):
        executor_name()


def test_missing_package_is_named(store, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(RnnlabError, match=r"pip install 'rnnlab\[ray\]'"):
        RayExecutor(store, "ray")


def test_store_in_a_file_is_refused_for_a_cluster_elsewhere(store, started, monkeypatch):
    monkeypatch.setenv("RNNLAB_EXECUTOR", "ray://head.example.org:10001")
    with pytest.raises(RnnlabError, match="set RNNLAB_STORE to a PostgreSQL store"):
        make_executor(store)
    monkeypatch.setenv("RNNLAB_EXECUTOR", "ray://localhost:10001")
    assert isinstance(make_executor(store), RayExecutor)


def test_place_needs_a_cluster(cli):
    code, _, err = cli("place")
    assert (code, "RNNLAB_EXECUTOR must be ray or ray://host:port" in err) == (2, True)


def test_second_process_that_places_leaves_it_to_the_first(store, monkeypatch):
    monkeypatch.setenv("RNNLAB_EXECUTOR", "ray")
    store.leases.take("placement", "first")
    assert place.run() == 0
    assert store.leases.is_held("placement")


def test_workers_get_the_store_and_what_the_lab_sets_but_not_what_is_a_machines_own(
    lab_home, monkeypatch
):
    lab_home.mkdir()
    monkeypatch.chdir(lab_home)
    monkeypatch.setenv("RNNLAB_STORE", "sqlite:///own.db")
    monkeypatch.setenv("RNNLAB_OWNER_LIMIT", "2")
    monkeypatch.setenv("RNNLAB_MACHINE", "desk")
    monkeypatch.delenv("RNNLAB_WORKER_IDLE_S")
    environment = ray_cluster.environment()
    assert environment["RNNLAB_STORE"] == f"sqlite:///{lab_home / 'own.db'}"
    assert environment["RNNLAB_OWNER_LIMIT"] == "2"
    assert environment["RNNLAB_WORKER_IDLE_S"] == "60"
    assert "RNNLAB_MACHINE" not in environment
    assert environment["home"] == str(lab_home)


class FakeRay:
    """Ray, where to look for a cluster of this machine ends with an error."""

    def __init__(self, error):
        self.error, self.started = error, []

    def init(self, address=None, **options):
        if address == "auto":
            raise self.error
        self.started.append(options)


def test_cluster_is_started_where_there_is_none(monkeypatch):
    missing = FakeRay(ConnectionError(f"{ray_cluster.NO_CLUSTER}. Please specify one"))
    monkeypatch.setitem(sys.modules, "ray", missing)
    monkeypatch.setenv("RNNLAB_WORKERS", "3")
    ray_cluster._connect("ray")
    assert [options["num_cpus"] for options in missing.started] == [3]


def test_none_is_started_beside_one_that_does_not_let_us_in(monkeypatch):
    refusing = FakeRay(ConnectionError("InvalidAuthToken: missing or incorrect"))
    monkeypatch.setitem(sys.modules, "ray", refusing)
    with pytest.raises(RnnlabError, match=r"ray cannot be used \(InvalidAuthToken"):
        ray_cluster._connect("ray")
    assert refusing.started == []


UNREACHABLE = """
import sys
from rnnlab.cli import main
sys.exit(main(["place"]))
"""


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("ray") is None,
    reason="no Ray here: pip install 'rnnlab[ray]' runs this test",
)
def test_cluster_that_is_not_reached_is_said(store, monkeypatch):
    monkeypatch.setenv("RNNLAB_EXECUTOR", "ray://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-c", UNREACHABLE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "the cluster ray://127.0.0.1:9 cannot be used" in store.leases.note("placement")
    assert "RAY_AUTH_TOKEN" in done.stderr
