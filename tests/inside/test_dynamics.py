import numpy as np
import pytest

from rnnlab.inside import dynamics
from rnnlab.inside.network import Network
from tests.networks import fixed_weights, tiny

CELLS = {"embedding-rnn": "simple_rnn", "lstm": "lstm", "gru": "gru"}


def cell_of(arch, units=4, size=0.8):
    config = tiny(arch, units=units)
    network = Network.load(config, fixed_weights(config, size))
    (cell,) = network.layers[0]
    words = network.project(np.arange(4, 10)[None])[0]
    return CELLS[arch], cell, words.mean(axis=(0, 1))


@pytest.mark.parametrize("arch", CELLS)
def test_jacobian_is_the_slope_of_a_step(arch):
    name, cell, inputs = cell_of(arch)
    size = dynamics.state_size(name, 4)
    states = np.random.default_rng(0).uniform(-0.9, 0.9, (3, size))
    slopes = dynamics.jacobians(name, cell, inputs, states)
    step = 1e-6
    for place in range(size):
        push = step * np.eye(size)[place]
        ahead, behind = (
            dynamics.advance(name, cell, inputs, states + sign * push) for sign in (1, -1)
        )
        np.testing.assert_allclose(slopes[:, :, place], (ahead - behind) / (2 * step), atol=1e-8)


@pytest.mark.parametrize("arch", CELLS)
def test_fixed_points_stay_and_attract_as_their_eigenvalues_say(arch):
    name, cell, inputs = cell_of(arch)
    size = dynamics.state_size(name, 4)
    starts = np.random.default_rng(0).uniform(-0.9, 0.9, (64, size))
    points = dynamics.fixed_points(name, cell, inputs, starts)
    assert points
    for point in points:
        after = dynamics.advance(name, cell, inputs, point.state[None])[0]
        assert np.abs(after - point.state).max() <= 1e-9
        pushed = point.state[None] + 1e-4 * np.random.default_rng(1).normal(size=(1, size))
        for _ in range(400):
            pushed = dynamics.advance(name, cell, inputs, pushed)
        returns = np.abs(pushed - point.state).max() < 1e-6
        assert returns == point.stable


def test_time_constant_is_that_of_a_leak():
    assert dynamics.time_constant(np.exp(-1 / 30)) == pytest.approx(30)
    assert dynamics.time_constant(1.02) == float("inf")
    assert dynamics.time_constant(0.0) == 0


def test_a_network_that_only_turns_has_one_point_at_the_origin():
    from rnnlab.inference.forward import Cell

    turn = 0.9 * np.array([[0.0, 1.0], [-1.0, 0.0]])
    cell = Cell(np.zeros((1, 2)), turn, np.zeros(2), np.zeros(()))
    (point,) = dynamics.fixed_points(
        "simple_rnn", cell, np.zeros(2), np.random.default_rng(0).uniform(-0.5, 0.5, (20, 2))
    )
    np.testing.assert_allclose(point.state, 0, atol=1e-8)
    assert np.abs(point.eigenvalues) == pytest.approx([0.9, 0.9])
    assert point.words == pytest.approx((-1 / np.log(0.9),) * 2)


@pytest.mark.parametrize("arch", CELLS)
def test_eigenvalues_are_those_of_the_numeric_slope(arch):
    name, cell, inputs = cell_of(arch)
    size = dynamics.state_size(name, 4)
    starts = np.random.default_rng(0).uniform(-0.9, 0.9, (64, size))
    step = 1e-5
    for point in dynamics.fixed_points(name, cell, inputs, starts):
        pushes = step * np.eye(size)
        ahead, behind = (
            dynamics.advance(name, cell, inputs, point.state + sign * pushes) for sign in (1, -1)
        )
        numeric = np.linalg.eigvals(((ahead - behind) / (2 * step)).T)
        for value in point.eigenvalues:
            assert np.abs(numeric - value).min() < 1e-6
