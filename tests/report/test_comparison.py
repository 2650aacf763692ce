"""What can be taken away of a comparison: complete, readable by others, and honest."""

import csv
import io
import json
import zipfile

import pytest

from rnnlab.cli import main
from rnnlab.config import preset
from rnnlab.lab import Lab
from rnnlab.report import comparison
from rnnlab.report.compared import compare_runs
from rnnlab.runs import RunState
from tests import labs
from tests.labs import trained

NOW = 1_790_000_000.0


@pytest.fixture
def lab(lab_home, monkeypatch):
    """A lab with a small dataset in its home."""
    monkeypatch.setattr("rnnlab.worker.launch.LocalExecutor.ensure", lambda *_, **__: 0)
    labs.encode_reviews(lab_home)
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
    return compare_runs(lab, runs, all_runs=runs)


def test_zip_holds_the_report_each_table_in_each_format_and_each_run(compared):
    packed = zipfile.ZipFile(
        io.BytesIO(comparison.zip_archive(compared, {"x.svg": b"<svg/>"}, now=NOW))
    )
    names = set(packed.namelist())
    assert {"report.html", "charts/x.svg"} <= names
    for table in ("differences", "verdicts"):
        for ending in ("csv", "json", "md", "tex"):
            assert f"tables/{table}.{ending}" in names
    runs = [name for name in names if name.startswith("runs/")]
    assert len(runs) == 5
    assert {json.loads(packed.read(name))["config"]["arch"] for name in runs} == {
        "lstm",
        "gru",
        "onehot-rnn",
    }


def test_name_cannot_run_as_a_formula_or_leave_its_folder(compared):
    packed = zipfile.ZipFile(io.BytesIO(comparison.zip_archive(compared, {}, now=NOW)))
    rows = list(
        csv.DictReader(io.StringIO(packed.read("tables/differences.csv").decode("utf-8-sig")))
    )
    assert rows[2]["Name"] == "'=1+1 </script>"
    assert all(
        "/" not in name.removeprefix("runs/")
        for name in packed.namelist()
        if name.startswith("runs/")
    )


def test_charts_are_those_of_the_page(compared):
    names = [exported.name for exported in comparison.exported_figures(compared)]
    assert names[:4] == ["accuracy-differences", "curves-loss", "curves-accuracy", "curves-gap"]
    assert {"by-length", "by-unknown", "cost-parameters"} <= set(names)
    assert all(
        exported.title and exported.alt for exported in comparison.exported_figures(compared)
    )


def test_caveats_name_what_weakens_the_comparison(compared):
    sentences = " ".join(comparison.caveats(compared))
    assert "chose each run's best epoch" in sentences
    assert "Too few seeds for a verdict: LSTM × 2, GRU × 2 and =1+1 </script>." in sentences
    assert "Stopped on request before the end: =1+1 </script>." in sentences
    assert "different machines" not in sentences


def test_report_says_the_finding_and_what_it_rests_on(compared):
    page = comparison.render_html(compared, now=NOW)
    assert compared.evaluated.ranking.headline in page
    assert "evaluated on the same 40 validation reviews" in page
    assert "&lt;/script&gt;" in page and "=1+1 </script>" not in page


def test_report_on_runs_that_keep_a_test_set_is_about_its_reviews(lab):
    runs = [
        trained(lab.store, preset(arch, seed=seed, test_set=True))
        for arch in ("lstm", "gru")
        for seed in (1, 2, 3)
    ]
    found = compare_runs(lab, runs, all_runs=runs)
    assert found.reviews == "20 test reviews"
    assert len(found.words.offsets) == 21
    page = comparison.render_html(found, now=NOW)
    assert "the same 20 test reviews, which played no part in training or in any choice" in page
    assert not any("optimistic" in sentence for sentence in comparison.caveats(found))


def test_runs_of_different_datasets_are_reported_without_a_verdict(lab, compared):
    other = trained(lab.store, preset("gru", dataset="keras", seed=7))
    runs = [run for group in compared.groups for run in group.runs]
    mixed = compare_runs(lab, [*runs, other], all_runs=[*runs, other])
    assert mixed.evaluated is None
    assert "verdicts" not in comparison.report_tables(mixed)
    assert "no verdict" in comparison.render_html(mixed, now=NOW)


def test_report_command_writes_the_file_and_prints_one_document(lab, compared, tmp_path, capsys):
    target = tmp_path / "report.html"
    assert main(["report", "lstm", "gru", "--html", str(target), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["html"] == str(target) and len(found["runs"]) == 4
    assert found["title"] in target.read_text()
    assert list(tmp_path.glob(".report*")) == []


@pytest.mark.parametrize("name", ["no/such/folder/r.html", "."])
def test_report_that_cannot_be_written_names_the_flag(lab, compared, tmp_path, capsys, name):
    assert main(["report", "lstm", "--html", str(tmp_path / name)]) == 2
    assert "html must be a file that can be written" in capsys.readouterr().err
    assert list(tmp_path.glob(".*")) == []


def test_report_of_an_unknown_run_names_it(lab, compared, tmp_path, capsys):
    assert main(["report", "nope", "--html", str(tmp_path / "r.html")]) == 2
    assert "no run 'nope'" in capsys.readouterr().err


def test_exported_tables_have_the_ids_of_the_runs(compared):
    ids = [" ".join(run.id for run in group.runs) for group in compared.groups]
    frames = comparison.export_tables(compared)
    assert list(frames["differences"]["Run ids"]) == ids
    assert list(frames["quality"]["Run ids"].dropna()) == ids
    assert "Run ids" not in comparison.report_tables(compared)["quality"]
    verdicts, of_group = frames["verdicts"], frames["differences"].set_index("Name")["Run ids"]
    for side in ("Higher", "Lower"):
        assert list(verdicts[f"Run ids, {side.lower()}"]) == [of_group[n] for n in verdicts[side]]


def test_exported_figures_name_the_reviews_that_they_were_measured_on(compared):
    frames = comparison.export_tables(compared)
    for name in ("quality", "verdicts"):
        assert set(frames[name]["Reviews"]) == {compared.reviews}
    assert "Reviews" not in frames["differences"]


def test_csv_begins_with_a_byte_order_mark(compared):
    packed = zipfile.ZipFile(io.BytesIO(comparison.zip_archive(compared, {}, now=NOW)))
    for name in packed.namelist():
        assert packed.read(name).startswith(b"\xef\xbb\xbf") == name.endswith(".csv")
