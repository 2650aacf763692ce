"""The flags that XLA compiles with."""

import pytest

from rnnlab.config import preset
from rnnlab.training.xla import xla_flags

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("arch", "units", "inlined"),
    [("lstm", 8, True), ("gru", 12, True), ("embedding-rnn", 13, False), ("feedforward", 8, False)],
)
def test_loops_of_small_cells_alone_are_compiled_into_one_function(arch, units, inlined):
    config = preset(arch) if arch == "feedforward" else preset(arch, units=units)
    assert ("small_while_loop" in xla_flags(config)) is inlined
