"""What can be taken away of a comparison: complete, readable by others, and honest."""

import csv
import io
import json
import zipfile

import pytest

from rnnlab import takeaway
from rnnlab.config import preset
from rnnlab.datasets import bundled, cache, encoded
from rnnlab.lab import Lab
from rnnlab.runs import RunState
from tests.test_page_classify import trained
from tests.test_page_compare import TEXTS

NOW = 1_790_000_000.0


@pytest.fixture
def lab(lab_home, monkeypatch):
    """A lab with a small dataset in its home."""
    monkeypatch.setattr("rnnlab.executors.local.LocalExecutor.ensure", lambda *_, **__: 0)
    encoded.build(
        cache.folder(lab_home, "bundled", bundled.fingerprint()),
        name="bundled",
        fingerprint=bundled.fingerprint(),
        reviews=encoded.encode(TEXTS, [n % 2 for n in range(200)]),
    )
    return Lab()


@pytest.fixture
def compared(lab):
    """Three seeds of an LSTM and of a GRU, one called like a formula, one stopped."""
    runs = [
        trained(lab.store, preset(arch, seed=seed)) for arch in ("lstm", "gru") for seed in (1, 2)
    ]
    runs.append(trained(lab.store, preset("onehot-rnn"), state=RunState.STOPPED))
    lab.store.rename(runs[-1].id, "=1+1 </script>")
    runs = [lab.store.get(run.id) for run in runs]
    return takeaway.of_runs(lab, runs, every=runs)


def test_zip_holds_the_report_each_table_in_each_format_and_each_run(compared):
    packed = zipfile.ZipFile(io.BytesIO(takeaway.packed(compared, {"x.svg": b"<svg/>"}, now=NOW)))
    names = set(packed.namelist())
    assert {"report.html", "charts/x.svg"} <= names
    for table in ("differences", "verdicts"):
        for ending in ("csv", "json", "md", "tex"):
            assert f"tables/{table}.{ending}" in names
    runs = [name for name in names if name.startswith("runs/")]
    assert len(runs) == 5
    assert {json.loads(packed.read(name))["config"]["arch"] for name in runs} == {
        "lstm", "gru", "onehot-rnn"
    }  # fmt: skip


def test_name_cannot_run_as_a_formula_or_leave_its_folder(compared):
    packed = zipfile.ZipFile(io.BytesIO(takeaway.packed(compared, {}, now=NOW)))
    rows = list(csv.DictReader(io.StringIO(packed.read("tables/differences.csv").decode())))
    assert rows[2]["Name"] == "'=1+1 </script>"
    assert all("/" not in name.removeprefix("runs/") for name in packed.namelist()
               if name.startswith("runs/"))  # fmt: skip


def test_charts_are_those_of_the_page(compared):
    names = [sheet.name for sheet in takeaway.sheets(compared)]
    assert names[:4] == ["leads", "curves-loss", "curves-accuracy", "curves-gap"]
    assert {"by-length", "by-unknown", "cost-parameters"} <= set(names)
    assert all(sheet.title and sheet.alt for sheet in takeaway.sheets(compared))


def test_caveats_name_what_weakens_the_comparison(compared):
    said = " ".join(takeaway.caveats(compared))
    assert "chose each run's best epoch" in said
    assert "Fewer than 3 seeds, too few for a verdict: LSTM × 2, GRU × 2, =1+1 </script>" in said
    assert "Stopped on request before their end: =1+1 </script>" in said
    assert "different machines" not in said


def test_report_says_the_finding_and_what_it_rests_on(compared):
    page = takeaway.html(compared, now=NOW)
    assert compared.judged.standing.headline in page
    assert "each judged on the same 40 reviews" in page
    assert "&lt;/script&gt;" in page and "=1+1 </script>" not in page


def test_runs_of_different_datasets_are_reported_without_a_verdict(lab, compared):
    other = trained(lab.store, preset("gru", dataset="keras", seed=7))
    runs = [run for group in compared.groups for run in group.runs]
    mixed = takeaway.of_runs(lab, [*runs, other], every=[*runs, other])
    assert mixed.judged is None
    assert "verdicts" not in takeaway.frames(mixed)
    assert "no verdict" in takeaway.html(mixed, now=NOW)
