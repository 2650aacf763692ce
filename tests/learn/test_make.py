"""The command that makes the runs that come with rnnlab, in a lab that has trained them all."""

import pytest

from rnnlab.learn import examples, make
from tests.labs import encode_reviews, trained

pytestmark = pytest.mark.usefixtures("worker")  # this process, which trains nothing


def test_trained_runs_are_written_and_not_trained_again(store, lab_home, tmp_path, capsys):
    encode_reviews(lab_home)
    runs = {name: trained(store, config) for name, config in make.configs().items()}
    make.main(["--out", str(tmp_path / "made")])
    assert len(store.runs()) == len(runs)
    made = examples.read(tmp_path / "made")
    assert {name: each.run.config for name, each in made.examples.items()} == make.configs()
    for name, each in made.examples.items():
        losses = [epoch.val_loss for epoch in store.epochs(runs[name].id)]
        assert [epoch.val_loss for epoch in each.epochs] == pytest.approx(losses)
    networks = {name for name, each in made.examples.items() if each.classifier}
    assert networks == set(make.representatives(runs))
    assert made.measured["order"]["reviews"] == 40  # a fifth of the texts in the home
    assert f"Wrote {len(runs)} runs" in capsys.readouterr().out
