import numpy as np
import pytest

from rnnlab.inside import memory
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


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("untouched", [1, 4, 5, 6, 7]),
        ("reversed", [1, 7, 6, 5, 4]),
        ("first 10 words alone", [1, 4, 5, 6, 7]),
    ],
)
def test_words_are_changed_behind_the_start_mark(name, expected):
    row = memory._change(IDS[0], memory.CHANGES[name], np.random.default_rng(0))
    assert row.tolist() == [0, 0, *expected]


def test_shuffling_before_the_end_keeps_the_last_words():
    words = np.arange(10, 40)
    name = f"shuffled before the last {memory.LAST_WORDS} words"
    changed = memory.CHANGES[name](words, np.random.default_rng(0))
    assert changed[-10:].tolist() == words[-10:].tolist()
    assert sorted(changed) == words.tolist() and changed.tolist() != words.tolist()
    assert memory.CHANGES["last 10 words alone"](words, None).tolist() == words[-10:].tolist()


def test_a_bag_of_words_does_not_see_the_order():
    config = tiny("feedforward", maxlen=7)
    labels = np.array([1, 0, 1], np.uint8)
    rows = memory.order_table(config, fixed_weights(config), IDS, labels)
    by_name = {row.name: row for row in rows}
    assert by_name["untouched"].difference is None
    for name in ("shuffled", "reversed"):
        assert by_name[name].accuracy == by_name["untouched"].accuracy
        assert by_name[name].difference.value == 0
