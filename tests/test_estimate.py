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

# Real training by `benchmarks.growth` on a 2-core machine, each in a fork of a warm process:
# milliseconds for a step of the optimizer, and the process's peak memory in MB.
MEASURED = [
    (preset("onehot-rnn"), 1.04, 577),
    (preset("embedding-rnn"), 1.73, 670),
    (preset("lstm"), 3.1, 726),
    (preset("gru"), 2.88, 691),
    (preset("lstm", vocab_size=300), 4.22, 722),
    (preset("lstm", vocab_size=5_000), 4.62, 742),
    (preset("lstm", vocab_size=50_000), 9.12, 778),
    (preset("lstm", maxlen=50), 2.28, 680),
    (preset("lstm", maxlen=300), 11.4, 799),
    (preset("lstm", maxlen=1_000), 59.8, 949),
    (preset("lstm", units=32), 11.3, 788),
    (preset("lstm", units=128), 99, 800),
    (preset("lstm", units=256), 253, 884),
    (preset("lstm", layers=2), 6.06, 771),
    (preset("lstm", layers=3), 7.89, 780),
    (preset("lstm", batch_size=32), 2.06, 706),
    (preset("lstm", batch_size=256), 13.7, 728),
    (preset("lstm", batch_size=1_024), 88.2, 748),
    (preset("onehot-rnn", vocab_size=50_000), 1.72, 596),
    (preset("onehot-rnn", maxlen=1_000), 4.21, 800),
    (preset("onehot-rnn", units=256), 47, 662),
    (preset("onehot-rnn", batch_size=1_024), 7.85, 629),
    (preset("gru", vocab_size=50_000), 8.87, 746),
    (preset("gru", maxlen=1_000), 35.9, 922),
    (preset("gru", units=256), 211, 841),
    (preset("gru", batch_size=1_024), 78.2, 715),
]

# Larger ones: the peak memory alone, the last of them in a worker's child.
PEAK_MB = [
    (preset("lstm", units=512), 1_232),
    (preset("lstm", units=256, maxlen=500, batch_size=256), 2_322),
    (preset("embedding-rnn", units=512, maxlen=500, batch_size=512), 2_384),
    (preset("gru", units=128, layers=3, bidirectional=True, batch_size=128), 1_534),
    (preset("feedforward"), 615),
    (preset("feedforward", maxlen=1_000, embedding_dim=256, batch_size=512), 1_842),
    (preset("tfidf-logreg"), 646),
]


def test_memory_is_within_30_percent_of_real_training():
    for config, peak_mb in [(config, peak_mb) for config, _, peak_mb in MEASURED] + PEAK_MB:
        assert memory_bytes(config) == pytest.approx(peak_mb * 1e6, rel=0.30), config


def test_work_is_within_30_percent_of_real_seconds():
    for config, step_ms, _ in MEASURED:
        seconds = step_ms / 1e3 * steps_per_epoch(config)
        assert work(config) == pytest.approx(seconds, rel=0.30), config


@pytest.mark.parametrize(
    ("arch", "seconds"),
    [
        ("onehot-rnn", 0.38),
        ("embedding-rnn", 0.50),
        ("lstm", 0.89),
        ("gru", 0.97),
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
