"""The file of the runs that come with rnnlab, and the runs in it."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from rnnlab.arrays import npz_arrays
from rnnlab.config import preset
from rnnlab.errors import RnnlabError
from rnnlab.params import weight_shapes
from rnnlab.starters import make, package
from rnnlab.text import Vocabulary


def test_four_presets_and_two_baselines_come_over_three_seeds():
    configs = [starter.run.config for starter in package.load()]
    assert configs == list(package.configs().values())
    assert len(configs) == 16
    assert {config.arch: config for config in configs if config.seed in (42, None)} == {
        arch: preset(arch) for arch in package.ARCHS
    }


def test_file_is_small_and_holds_nothing_pickled():
    assert package.FILE.stat().st_size < make.MAX_BYTES
    for starter in package.load():
        for name in ("best", "predictions"):
            with np.load(io.BytesIO(starter.artifacts[name]), allow_pickle=False) as arrays:
                assert all(arrays[key].dtype.kind in "fU" for key in arrays)


def test_each_run_has_the_weights_history_and_words_of_its_config():
    for starter in package.load():
        run, config = starter.run, starter.run.config
        weights = npz_arrays(starter.artifacts["best"])
        assert {name: array.shape for name, array in weights.items()} == weight_shapes(config)
        assert [epoch.epoch for epoch in starter.epochs] == list(range(1, run.epochs_done + 1))
        assert starter.epochs[run.best_epoch - 1].val_accuracy == run.best_val_accuracy
        words = Vocabulary.from_bytes(starter.artifacts["vocabulary"]).words
        assert len(words) == config.vocab_size - 4
        assert run.is_trained and run.is_starter and run.machine is None


def test_packing_what_was_read_gives_the_same_file():
    assert package.pack(package.load()) == package.FILE.read_bytes()


def test_damaged_file_is_named_with_its_remedy(tmp_path):
    path = tmp_path / "starters.zip"
    with zipfile.ZipFile(package.FILE) as file, zipfile.ZipFile(path, "w") as damaged:
        for name in file.namelist():
            content = file.read(name)
            damaged.writestr(name, content if name == package.RUNS else content[:-1])
    with pytest.raises(RnnlabError, match=r"cannot be read .* install rnnlab again"):
        package.load(path)


def test_command_packs_the_runs_of_a_lab_by_their_config(lab_home, store, tmp_path, monkeypatch):
    *_, (name, config) = package.configs().items()
    monkeypatch.setattr(package, "configs", lambda: {name: config})
    *_, starter = package.load()
    store.starters.show([starter_of_a_person(starter)])
    out = tmp_path / "packed.zip"
    make.main(["--out", str(out)])
    (packed,) = package.load(out)
    assert packed.run == replace(starter.run, machine=None)
    assert packed.artifacts == starter.artifacts


def starter_of_a_person(starter):
    """The same run as one that a person has trained under another name."""
    manifest = {key: value for key, value in starter.run.manifest.items() if key != "starter"}
    return replace(starter, run=replace(starter.run, name="mine", manifest=manifest))
