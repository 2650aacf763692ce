"""`classify`."""

import pytest

from tests import labs
from tests.commands import document
from tests.labs import trained_run
from tests.networks import LITERALS, tiny


def test_classify_has_exactly_the_keys_and_kerass_probability(cli, store):
    run = trained_run(store, tiny("lstm"))
    found = document(cli("classify", "--text", "The zebra!", "--json"))
    assert found == {
        "text": "The zebra!",
        "results": [
            {
                "run": run.id,
                "name": "lstm-1",
                "arch": "lstm",
                "probability": pytest.approx(LITERALS["lstm", False][0], abs=1e-6),
                "label": "negative",
                "tokens": ["the", "zebra"],
                "unknown": ["zebra"],
                "cut": 0,
            }
        ],
    }


def test_classify_asks_all_finished_runs_or_those_that_are_named(cli, store):
    finished = [trained_run(store, tiny(arch)) for arch in ("lstm", "gru", "gru")]
    labs.failed_run(store)

    def classifying_runs(*flags):
        found = document(cli("classify", "--text", "the", *flags, "--json"))
        return [result["run"] for result in found["results"]]

    assert sorted(classifying_runs()) == sorted(run.id for run in finished)
    assert classifying_runs("--run", "gru-2", finished[0].id) == [finished[2].id, finished[0].id]
    assert classifying_runs("--run", "gru-1", "--run", "lstm-1", "--run", "gru-1") == [
        finished[1].id,
        finished[0].id,
    ]


def test_classify_for_people_shows_verdict_unknown_and_cut_words(cli, store):
    run = trained_run(store, tiny("lstm"))
    code, out, err = cli("classify", "--text", "is to of a the zebra")
    assert (code, err) == (0, "")
    (line,) = (line for line in out.splitlines() if run.id in line)
    assert line.split()[:3] == ["lstm-1", run.id, "lstm"]
    assert line.split()[-3:] == ["negative", "1", "1"]
    assert "lstm-1 does not know: zebra" in out


def test_text_without_a_word_has_null_for_probability_and_label(cli, store):
    trained_run(store, tiny("lstm"))
    for text in ("", "...", " \t "):
        code, out, err = cli("classify", "--text", text, "--json")
        (result,) = document((code, out, err))["results"]
        assert (result["probability"], result["label"], result["tokens"]) == (None, None, [])
        assert err == "This text contains no words, so there is nothing to classify.\n"


def test_review_comes_from_a_file_or_stdin_with_or_without_a_bom(cli, store, tmp_path):
    trained_run(store, tiny("lstm"))
    review = "the фильм 🎬 of\r\n"
    for name, encoding in (("plain.txt", "utf-8"), ("bom.txt", "utf-8-sig")):
        (tmp_path / name).write_bytes(review.encode(encoding))
        found = document(cli("classify", "--file", str(tmp_path / name), "--json"))
        assert found["text"] == review
    found = document(cli("classify", "--file", "-", "--json", stdin=review.encode()))
    assert found["results"][0]["tokens"] == ["the", "фильм", "🎬", "of"]


def test_file_that_cannot_be_a_review_is_an_error_with_a_remedy(cli, tmp_path):
    latin = tmp_path / "latin.txt"
    latin.write_bytes("tr\u00e8s bien".encode("latin-1"))
    huge = tmp_path / "huge.txt"
    huge.write_bytes(b"a " * 5_000_001)
    for name, message in (
        (str(tmp_path / "none"), "(No such file or directory): check its path"),
        (str(tmp_path), "(Is a directory): check its path"),
        ("a\0b", "(embedded null byte): check its path"),
        (str(huge), "file must be at most 10 MB"),
        ("/dev/zero", "file must be at most 10 MB"),
        (str(latin), "file must be UTF-8 text, byte 3 of"),
    ):
        code, out, err = cli("classify", "--file", name)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert message in err


def test_classify_without_a_finished_run_says_what_to_do(cli, store):
    labs.failed_run(store)
    assert cli("classify", "--text", "good", "--json") == (
        2,
        "",
        "rnnlab: there is no finished run to classify with: train one with "
        "`rnnlab train --preset lstm`\n",
    )
