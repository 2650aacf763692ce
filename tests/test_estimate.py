import json
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.errors import NotEnoughMemory
from rnnlab.estimate import (
    check_fits,
    estimate,
    guess_seconds,
    memory_bytes,
    steps_per_epoch,
    steps_per_execution,
    work,
)
from tests.test_forward import KERAS

# Real training on a 2-core machine, each in a fresh process: seconds for a step of the optimizer.
STEP_SECONDS = [
    (preset("onehot-rnn"), 0.00053),
    (preset("embedding-rnn"), 0.00106),
    (preset("lstm"), 0.00213),
    (preset("gru"), 0.00153),
    (preset("gru", layers=3), 0.00532),
    (preset("lstm", bidirectional=True), 0.00378),
    (preset("lstm", batch_size=1), 0.00045),
    (preset("lstm", units=512), 0.31618),
    (preset("lstm", units=512, maxlen=500, batch_size=512), 9.4255),
    (preset("embedding-rnn", units=512, maxlen=500, batch_size=512), 2.0925),
    (preset("onehot-rnn", vocab_size=50_000, units=512), 0.1031),
    (preset("onehot-rnn", vocab_size=10_000, dropout=0.3), 0.00165),
    (preset("gru", vocab_size=50_000, embedding_dim=256, units=64), 0.03858),
    (preset("lstm", vocab_size=50_000, embedding_dim=256, optimizer="adam"), 0.03262),
    (preset("gru", units=128, layers=3, bidirectional=True, batch_size=128), 0.47484),
]
# The same, two epochs with their checkpoints: the process's peak memory in MB.
PEAK_MB = [
    (preset("onehot-rnn"), 938),
    (preset("lstm"), 1_073),
    (preset("lstm", maxlen=1_000), 1_246),
    (preset("gru", layers=3), 1_118),
    (preset("lstm", batch_size=4_096), 1_252),
    (preset("lstm", units=512), 1_659),
    (preset("lstm", units=256, maxlen=500, batch_size=256), 2_715),
    (preset("embedding-rnn", units=512, maxlen=500, batch_size=512), 2_836),
    (preset("onehot-rnn", vocab_size=50_000, units=512), 2_568),
    (preset("gru", vocab_size=50_000, embedding_dim=256, units=64), 1_819),
    (preset("lstm", vocab_size=50_000, embedding_dim=256, optimizer="adam"), 2_178),
    (preset("lstm", vocab_size=50_000, embedding_dim=256, optimizer="sgd"), 1_459),
    (preset("gru", units=128, layers=3, bidirectional=True, batch_size=128), 1_955),
    (
        preset("lstm", vocab_size=50_000, embedding_dim=1_024, units=128, optimizer="adam"),
        6_206,
    ),
    (preset("feedforward"), 943),
    (preset("feedforward", maxlen=1_000, embedding_dim=256, batch_size=512), 2_147),
    (preset("tfidf-logreg"), 646),  # in a child of a warm worker
]


def test_memory_is_within_12_percent_of_real_training():
    for config, peak_mb in PEAK_MB:
        assert memory_bytes(config) == pytest.approx(peak_mb * 1e6, rel=0.12), config


def test_work_is_within_30_percent_of_real_seconds():
    for config, step_s in STEP_SECONDS:
        assert work(config) == pytest.approx(step_s * steps_per_epoch(config), rel=0.30), config


@pytest.mark.parametrize(
    ("arch", "seconds"),
    [
        ("onehot-rnn", 0.46),
        ("embedding-rnn", 0.75),
        ("lstm", 1.3),
        ("gru", 1.1),
        ("feedforward", 0.3),
        ("tfidf-logreg", 1.6),
    ],
)
def test_guess_for_a_preset_is_what_was_measured_for_it(arch, seconds):
    assert guess_seconds(preset(arch)) == pytest.approx(seconds)
    assert estimate(preset(arch)).rests_on == "a guess: nothing measured on this machine yet"


def test_memory_that_is_short_names_what_an_entry_has():
    with pytest.raises(NotEnoughMemory, match=r"batch_size \(64\), maxlen \(100\), units \(8\) or"):
        check_fits(preset("lstm"), 1_000)
    with pytest.raises(NotEnoughMemory, match=r"lower maxlen \(1,000\) or vocab_size \(20,000\)"):
        check_fits(preset("tfidf-logreg"), 1_000)


def test_an_earlier_run_of_the_same_config_is_believed():
    config = preset("lstm")
    judged = estimate(config, [(config, 2.5)])
    assert judged.seconds_per_epoch == pytest.approx(2.5)
    assert judged.rests_on == "1 earlier lstm run here"


def test_the_earlier_run_closest_in_work_is_scaled():
    config = preset("gru", units=64)
    near, far = preset("gru", units=48), preset("gru", units=8)
    judged = estimate(config, [(far, 100.0), (near, 2.0)])
    assert judged.seconds_per_epoch == pytest.approx(2.0 * work(config) / work(near))
    assert judged.rests_on == "2 earlier gru runs here"


def test_runs_of_other_architectures_say_nothing():
    judged = estimate(preset("lstm"), [(preset("gru"), 50.0)])
    assert judged == estimate(preset("lstm"))


def test_an_epoch_has_313_steps_as_in_the_tutorial():
    assert steps_per_epoch(preset("lstm")) == 313


@pytest.mark.parametrize("arch", KERAS)
def test_presets_run_32_steps_in_one_call(arch):
    assert steps_per_execution(preset(arch)) == 32


def test_steps_per_call_get_fewer_as_steps_get_longer():
    slower = [preset("lstm", units=units) for units in (8, 64, 128, 512)]
    steps = [steps_per_execution(config) for config in slower]
    assert steps == sorted(steps, reverse=True)
    assert steps[1] < 32
    assert steps[-1] == 1
    assert steps_per_execution(preset("onehot-rnn", batch_size=4_096)) <= 5  # an epoch has 5


@pytest.mark.parametrize("arch", list(ARCHITECTURES))
@pytest.mark.parametrize(
    "more", [{"units": 64}, {"maxlen": 400}, {"layers": 2}, {"bidirectional": True}], ids=str
)
def test_larger_networks_cost_more(arch, more):
    if more.keys() & ARCHITECTURES[arch].unused:
        pytest.skip(f"{arch} has no {', '.join(more)}")
    small, large = preset(arch, maxlen=100), preset(arch, **{"maxlen": 100, **more})
    assert memory_bytes(large) > memory_bytes(small)
    assert work(large) > work(small)


TRAIN = """
import json, resource, sys
import numpy as np
from rnnlab import models
from rnnlab.config import RunConfig
config = RunConfig(**json.loads(sys.argv[1]))
model = models.build(config)
models.compile_model(model, config)
reviews = 2 * config.batch_size
ids = np.ones((reviews, config.maxlen), np.int32)
model.fit(ids, np.ones(reviews), batch_size=config.batch_size, verbose=0)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.slow
def test_memory_of_a_wide_network_is_what_its_training_takes():
    config = preset("lstm", units=512, batch_size=128)
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", TRAIN, json.dumps(config.to_dict())],
        check=True,
        cwd=root,
        stdout=subprocess.PIPE,
    )
    assert memory_bytes(config) == pytest.approx(int(done.stdout), rel=0.30)
