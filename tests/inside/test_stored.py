"""Analyses are computed once per run, and anew where weights, reviews or code have changed."""

import numpy as np
import pytest
import sqlalchemy as sa

from rnnlab import datasets
from rnnlab.config import preset
from rnnlab.inference.classify import Classifier
from rnnlab.inside import dial, stored
from rnnlab.inside.stored import Subject
from rnnlab.store.schema import artifacts
from tests.labs import encode_reviews, trained


@pytest.fixture
def subject(store, lab_home):
    encode_reviews(lab_home)
    return subject_of(store, trained(store, preset("lstm", maxlen=20)), lab_home)


def subject_of(store, run, home):
    return Subject(store, run, Classifier.load(store, run), datasets.load("bundled", home))


@pytest.fixture
def computed(monkeypatch):
    """The dials that are computed from now on."""
    calls, compute = [], dial.dial
    monkeypatch.setattr(
        dial, "dial", lambda *args, **kwargs: calls.append(kwargs) or compute(*args, **kwargs)
    )
    return calls


def test_dial_is_computed_once_and_comes_back_as_it_was(subject, computed):
    first, second = stored.load_dial(subject), stored.load_dial(subject)
    assert len(computed) == 1
    np.testing.assert_array_equal(first.mean, second.mean)
    np.testing.assert_allclose(first.cloud, second.cloud, atol=1e-6)
    assert first.sentence == second.sentence
    assert first.cosine == second.cosine and first.probabilities == second.probabilities
    for point, again in zip(first.points, second.points, strict=True):
        np.testing.assert_array_equal(point.state, again.state)
        np.testing.assert_array_equal(point.eigenvalues, again.eigenvalues)


def test_a_dial_without_resting_points_comes_back(subject):
    made = stored.load_dial(subject)._replace(points=(), probabilities=(), cosine=None)
    again = stored.dial_from(stored.dial_arrays(made))
    assert (again.points, again.probabilities, again.cosine) == ((), (), None)


def test_other_weights_or_code_compute_anew(subject, computed, monkeypatch):
    stored.load_dial(subject)
    with subject.store.database.writing() as connection:
        connection.execute(
            sa.update(artifacts).where(artifacts.c.name == "best").values(sha256="other")
        )
    stored.load_dial(subject)
    assert len(computed) == 2
    monkeypatch.setattr(stored, "_code", lambda *modules: "changed")
    stored.load_dial(subject)
    assert len(computed) == 3


def test_unreadable_content_computes_anew(subject, computed):
    stored.load_dial(subject)
    subject.store.analyses.get = lambda *args, **kwargs: b"no arrays"
    stored.load_dial(subject)
    assert len(computed) == 2


def test_passports_come_back_as_they_were(subject):
    first = stored.load_passports(subject)
    assert len(first) == 8
    assert stored.load_passports(subject) == first


def test_memory_and_order_come_back_as_they_were(subject):
    first, second = stored.load_memory(subject), stored.load_memory(subject)
    for measured, again in zip(first, second, strict=True):
        for value, same in zip(measured, again, strict=True):
            np.testing.assert_array_equal(value, same)
    told = []
    made = stored.load_order(subject, progress=lambda share, name: told.append(name))
    assert told
    told.clear()
    assert stored.load_order(subject, progress=lambda share, name: told.append(name)) == made
    assert not told
