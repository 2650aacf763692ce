import numpy as np
import pytest

from rnnlab.inference import forward
from rnnlab.inside import memory
from rnnlab.inside.memory import Reach, Swaps
from rnnlab.inside.network import Network
from tests.networks import fixed_weights, tiny

IDS = np.array([[0, 0, 1, 4, 5, 6, 7], [1, 5, 4, 6, 8, 9, 4], [0, 0, 0, 0, 0, 1, 9]], np.int32)


def network(arch, **fields):
    config = tiny(arch, maxlen=7, **fields)
    return config, Network.load(config, fixed_weights(config))


@pytest.mark.parametrize("fields", [{}, {"bidirectional": True}])
@pytest.mark.parametrize("arch", ["onehot-rnn", "lstm", "gru"])
def test_reach_is_the_length_of_the_gradient_to_the_words(arch, fields):
    _, inside = network(arch, **fields)
    gradients = inside.of_words(inside.backward(inside.run(inside.project(IDS))))
    lengths = np.linalg.norm(gradients, axis=2).T[:, ::-1]  # (reviews, distance)
    measured = memory.reach(inside, IDS)
    assert measured.median[0] == pytest.approx(np.median(lengths[:, 0]))
    # Only the second review has words six and seven places back.
    assert measured.median[6] == pytest.approx(lengths[1, 6])


def test_half_life_is_where_the_median_stays_below_half():
    _, inside = network("embedding-rnn")
    measured = memory.reach(inside, IDS)
    half = measured.half_life
    assert half is None or (measured.median[half:] < measured.median[0] / 2).all()


@pytest.mark.parametrize("arch", ["onehot-rnn", "lstm", "gru"])
def test_swaps_are_how_far_the_logit_moves_with_another_word(arch):
    config, _ = network(arch)
    ids = np.tile(IDS[:2, 2:], (40, 1))
    ids[:, -1] = np.where(ids[:, -1] == 4, 5, 4)  # the last word has one other
    pair = np.where(np.isin(ids, (4, 5)), ids, 4)
    weights = fixed_weights(config)
    measured = memory.swaps(config, weights, pair)
    assert measured.distances[0] == 0
    changed = pair.copy()
    changed[:, -1] = 9 - pair[:, -1]
    moves = np.abs(forward.logits(config, weights, changed) - forward.logits(config, weights, pair))
    np.testing.assert_allclose(
        [measured.low[0], measured.median[0], measured.high[0]],
        np.quantile(moves, memory.QUARTILES),
        rtol=1e-6,
    )


def test_swaps_leave_out_padding_and_the_start_mark():
    config, _ = network("gru")
    measured = memory.swaps(config, fixed_weights(config), IDS[[0, 2]])
    assert measured.distances.max() <= 3  # the longest of these has four words


def test_a_word_is_swapped_for_another():
    words, pool = np.full(200, 4), np.array([4] * 50 + [5])
    assert (memory._others(words, pool, np.random.default_rng(0)) == 5).mean() > 0.2
    assert memory._others(words, np.array([4]), np.random.default_rng(0)).tolist() == [4] * 200


def test_distances_grow_and_end_at_the_first_word():
    assert memory._spaced(100)[:4] == [0, 1, 2, 3] and memory._spaced(100)[-1] == 99
    assert memory._spaced(5) == [0, 1, 2, 3, 4]


def test_memory_that_never_falls_is_longer_than_the_reviews():
    level = np.ones(8)
    assert memory.half_life(Reach(level, level, level, None)) == "more than 7 words back"
    distances = np.array([0, 1, 3, 9])
    falling = np.array([1, 0.9, 0.3, 0.2])
    measured = Swaps(distances, falling, falling, falling, memory._half_life(falling, distances))
    assert memory.half_life(measured) == "3 words back"
