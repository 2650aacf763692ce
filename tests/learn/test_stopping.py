"""Early stopping replayed, against literals and against Keras's own callback."""

import pytest

from rnnlab.learn.examples import shipped
from rnnlab.learn.stopping import replay

LOSSES = [epoch.val_loss for epoch in shipped().examples["lstm-overfitting"].epochs]


@pytest.mark.parametrize(
    ("losses", "patience", "stopped", "best"),
    [
        ([0.5], 0, None, 1),
        ([0.5, 0.6], 0, 2, 1),
        ([0.5, 0.6], 1, 2, 1),
        ([0.5, 0.6, 0.4], 2, None, 3),
        ([0.5, 0.5, 0.5], 2, 3, 1),
        ([0.5, 0.6, 0.4, 0.41, 0.42, 0.43], 3, 6, 3),
        ([0.5, 0.6, 0.4, 0.41, 0.42, 0.43], 1, 2, 1),
    ],
)
def test_training_stops_once_patience_is_used_up(losses, patience, stopped, best):
    assert replay(losses, patience)[:2] == (stopped, best)


def test_too_little_patience_gives_up_at_the_first_bump_of_the_shipped_run():
    assert replay(LOSSES, 1)[:2] == (3, 2)
    assert replay(LOSSES, 3)[:2] == (9, 6)


@pytest.mark.slow
@pytest.mark.parametrize("patience", range(11))
def test_replay_does_what_keras_does(patience):
    import keras

    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    callback = keras.callbacks.EarlyStopping(monitor="val_loss", mode="min", patience=patience)
    model.stop_training = False
    callback.set_model(model)
    callback.on_train_begin()
    stopped = None
    for epoch, loss in enumerate(LOSSES):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            stopped = epoch + 1
            break
    replayed = replay(LOSSES, patience)
    assert replayed.stopped == stopped
    assert replayed.best_loss == callback.best
