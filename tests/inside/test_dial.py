import numpy as np
import pytest
from sklearn.decomposition import PCA

from rnnlab.inside import dynamics
from rnnlab.inside.dial import dial
from rnnlab.inside.network import Network
from tests.networks import fixed_weights, tiny

IDS = np.random.default_rng(0).integers(3, 10, (80, 5)).astype(np.int32)


def network(arch, **fields):
    config = tiny(arch, **{"units": 4, **fields})
    return Network.load(config, fixed_weights(config))


@pytest.mark.parametrize("arch", ["onehot-rnn", "lstm", "gru"])
def test_directions_are_scikit_learns_principal_components(arch):
    inside = network(arch)
    found = dial(inside, IDS)
    h = inside.run(inside.project(IDS)).layers[-1].cells[0].steps["h"][-1]
    oracle = PCA(2).fit(h)
    np.testing.assert_allclose(found.shares, oracle.explained_variance_ratio_, atol=1e-9)
    np.testing.assert_allclose(np.abs(found.cloud), np.abs(oracle.transform(h)), atol=1e-9)
    assert 0 <= found.cosine <= 1
    assert len(found.probabilities) == len(found.points)
    assert all(0 < probability < 1 for probability in found.probabilities)


def test_sentence_tells_a_network_without_a_stable_point():
    config = tiny("embedding-rnn", units=4)
    weights = fixed_weights(config)
    turn = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    weights["simple_rnn/simple_rnn_cell/recurrent_kernel"] = 3 * turn.astype(np.float32)
    for name in ("simple_rnn/simple_rnn_cell/bias", "embedding/embeddings"):
        weights[name] = np.zeros_like(weights[name])
    found = dial(Network.load(config, weights), IDS)
    (origin,) = [point for point in found.points if np.abs(point.state).max() < 1e-6]
    assert not origin.stable
    assert np.abs(origin.eigenvalues) == pytest.approx([3] * 4)
    assert found._replace(points=(origin,)).sentence.startswith("No stable resting point")


def test_layers_and_directions_are_those_of_the_last_layer_read_forwards():
    found = dial(network("gru", layers=2, bidirectional=True), IDS)
    assert found.mean.shape == (4,) and found.cloud.shape == (80, 2)


def test_one_unit_has_one_direction():
    found = dial(network("lstm", units=1), IDS)
    assert found.shares == pytest.approx((1, 0))
    assert not found.cloud[:, 1].any()


@pytest.mark.parametrize("arch", ["lstm", "gru", "embedding-rnn"])
@pytest.mark.parametrize("place", [(0, False), (0, True), (1, False), (1, True)])
def test_each_cell_of_a_deep_network_has_a_dial_of_its_own(arch, place):
    layer, backwards = place
    inside = network(arch, layers=2, bidirectional=True)
    found = dial(inside, IDS, layer=layer, backwards=backwards)
    cell = inside.run(inside.project(IDS)).layers[layer].cells[backwards]
    np.testing.assert_allclose(found.mean, cell.steps["h"][-1].mean(axis=0), atol=1e-12)
    assert (found.cosine is None) == (layer == 0)
    assert set(found.probabilities) <= {None}  # both directions make the answer


def test_states_are_the_same_in_parts():
    inside = network("lstm")
    ids = np.tile(IDS, (4, 1))  # more than are read at once
    found, again = dial(inside, ids), dial(inside, IDS)
    np.testing.assert_allclose(found.mean, again.mean, atol=1e-12)
    np.testing.assert_allclose(found.shares, again.shares, atol=1e-9)


def test_padding_is_no_part_of_the_average_word():
    inside = network("gru")
    padded = np.concatenate([np.zeros_like(IDS[:, :2]), IDS], axis=1)
    for ids in (IDS, padded):
        words = inside.project(IDS)[0].mean(axis=(0, 1))
        for point in dial(inside, ids).points:
            after = dynamics.advance("gru", inside.layers[0][0], words, point.state[None])[0]
            np.testing.assert_allclose(after, point.state, atol=1e-8)


def test_replayed_dial_is_shown_on_the_directions_of_the_best_epoch():
    config = tiny("gru", units=4)
    final = dial(network("gru"), IDS)
    earlier = Network.load(config, fixed_weights(config, 0.3))
    found = dial(earlier, IDS, basis=final)
    h = earlier.run(earlier.project(IDS)).layers[-1].cells[0].steps["h"][-1]
    np.testing.assert_allclose(found.cloud, (h - final.mean) @ final.directions.T, atol=1e-12)
    own = PCA(4).fit(h)
    along = (h - h.mean(axis=0)) @ final.directions[0]
    assert found.shares[0] == pytest.approx(along.var(ddof=1) / own.explained_variance_.sum())
    again = dial(network("gru"), IDS, basis=final)
    np.testing.assert_allclose(again.shares, final.shares, atol=1e-12)
