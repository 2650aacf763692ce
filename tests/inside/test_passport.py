"""What units respond to, against the states one by one."""

import numpy as np
import pytest

from rnnlab.inside import passport
from rnnlab.inside.network import Network
from tests.networks import fixed_weights, tiny

RNG = np.random.default_rng(0)
IDS = np.concatenate(
    [np.zeros((150, 2), int), np.ones((150, 1), int), RNG.integers(2, 10, (150, 6))], axis=1
).astype(np.int32)


def network(arch, **fields):
    config = tiny(arch, units=3, maxlen=9, **fields)
    return Network.load(config, fixed_weights(config))


@pytest.mark.parametrize("fields", [{}, {"layers": 2, "bidirectional": True}])
@pytest.mark.parametrize("arch", ["onehot-rnn", "lstm", "gru"])
def test_passport_adds_up_the_moves_of_every_word(arch, fields):
    inside = network(arch, **fields)
    backwards = bool(fields)
    made = passport.passports(inside, IDS, backwards=backwards)
    cell = inside.run(inside.project(IDS)).layers[-1].cells[backwards]
    h, ids = cell.steps["h"], IDS[:, ::-1] if backwards else IDS
    moves = (h - cell.before).transpose(1, 0, 2)
    states = h.transpose(1, 0, 2)
    words = ids > 1
    places = np.cumsum(words, axis=1)
    for unit, known in enumerate(made):
        means = {word: moves[ids == word, unit].mean() for word in range(3, 10)}
        highest = max(means, key=means.get)
        if means[highest] > 0:
            assert known.raise_it[0].word == highest
            assert known.raise_it[0].move == pytest.approx(means[highest])
            assert known.raise_it[0].times == (ids == highest).sum()
        expected = np.corrcoef(states[words][:, unit], places[words])[0, 1]
        assert known.position == pytest.approx(expected, abs=1e-9)
        assert known.spread == pytest.approx(states[words][:, unit].std())
        assert known.rises[0].move == pytest.approx(moves[words][:, unit].max())
        assert known.falls[0].move == pytest.approx(moves[words][:, unit].min())


def test_contexts_are_the_words_up_to_the_one_that_moves():
    inside = network("gru")
    (known, *_) = passport.passports(inside, IDS)
    moves = inside.run(inside.project(IDS)).layers[-1].cells[0]
    change = (moves.steps["h"] - moves.before)[..., 0]
    change[~(IDS > 1).T] = -9
    word, review = np.unravel_index(change.argmax(), change.shape)
    row = IDS[review, max(word - passport.BEFORE, 0) : word + 1]
    assert known.rises[0].words == tuple(row[row > 1].tolist())
    assert len({context.words[-1] for context in known.rises}) == len(known.rises)


def test_weight_is_the_read_outs_and_none_below_the_last_layer():
    inside = network("lstm", layers=2, bidirectional=True)
    weights = [known.weight for known in passport.passports(inside, IDS, backwards=True)]
    assert weights == pytest.approx(inside.kernel[3:, 0].tolist())
    assert {known.weight for known in passport.passports(inside, IDS, layer=0)} == {None}


def test_saturation_counts_where_the_tanh_is_flat():
    config = tiny("embedding-rnn", units=3, maxlen=9)
    weights = fixed_weights(config)
    weights["simple_rnn/simple_rnn_cell/bias"][:] = [9, 0, 0]
    inside = Network.load(config, weights)
    first, *_ = passport.passports(inside, IDS)
    assert first.saturated == 1
    assert abs(first.position) < 1 and first.spread < 0.01


def test_rare_words_are_left_out():
    ids = IDS.copy()
    ids[ids == 9] = 8
    ids[0, -1] = 9
    for known in passport.passports(network("lstm"), ids):
        assert 9 not in {word.word for word in (*known.raise_it, *known.lower_it)}
