"""What is recorded of the weights while a network trains."""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.slow

from rnnlab import models
from rnnlab.inference import forward
from rnnlab.params import layers
from tests.labs import claimed
from tests.training.fits import SMALL, VALIDATION, fit, small


@pytest.mark.usefixtures("uncompiled")
def test_kept_weights_are_those_of_their_epochs(store):
    attempt = claimed(store, replace(SMALL, epochs=5))
    fit(attempt)
    run, epochs = store.get(attempt.run.id), store.epochs(attempt.run.id)
    assert store.kept_weights.epochs(run.id) == tuple(sorted({1, 2, 4, run.best_epoch}))
    for number in store.kept_weights.epochs(run.id):
        weights = store.kept_weights.load(run.id, number)
        answers = forward.predict(run.config, weights, VALIDATION.ids) > 0.5
        accuracy = np.mean(answers == (VALIDATION.labels[:, 0] > 0.5))
        assert accuracy == pytest.approx(epochs[number - 1].val_accuracy, abs=1e-6)


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("changes", [{}, {"arch": "lstm", "bidirectional": True, "layers": 2}])
def test_update_ratios_tell_how_far_each_epoch_moved_each_layer(store, changes):
    config = small(epochs=2, learning_rate=0.1, **changes)
    untrained = models.weights_of(models.build(config))
    attempt = claimed(store, config)
    fit(attempt)
    first, second = store.update_ratios(attempt.run.id).values()
    trained = store.kept_weights.load(attempt.run.id, 1)
    last = store.kept_weights.load(attempt.run.id, 2)
    assert list(first) == list(second) == [row.name for row in layers(config) if row.parameters]
    for before, after, ratios in ((untrained, trained, first), (trained, last, second)):
        for layer, ratio in ratios.items():
            paths = [path for path in before if path.startswith(f"{layer}/")]
            old, new = (
                np.concatenate([weights[path].ravel() for path in paths])
                for weights in (before, after)
            )
            assert ratio == pytest.approx(np.linalg.norm(new - old) / np.linalg.norm(old), rel=1e-5)
            assert ratio > 1e-3
