"""`explain`."""

import re

import pytest

from tests.commands import document
from tests.labs import trained_run
from tests.networks import LITERALS, tiny


def test_explain_gives_each_word_its_effects_and_kerass_probability(cli, store):
    run = trained_run(store, tiny("lstm"))
    found = document(cli("explain", run.id, "--text", "The zebra!", "--json"))
    (result,) = found["results"]
    assert result["probability"] == pytest.approx(LITERALS["lstm", False][0], abs=1e-6)
    assert [word["word"] for word in result["words"]] == ["the", "zebra"]
    assert [word["known"] for word in result["words"]] == [True, False]
    assert result["words"][-1]["probability_after"] == pytest.approx(result["probability"])
    assert result["words"][1]["occlusion"] == 0  # unknown already
    shares = sum(word["integrated_gradients"] for word in result["words"])
    assert shares == pytest.approx(result["logit"] - result["baseline_logit"], rel=1e-3)
    assert result["integrated_gradients"]["converged"]
    assert "states" not in result


def test_explain_gives_the_states_on_request(cli, store):
    run = trained_run(store, tiny("gru", layers=2, bidirectional=True))
    found = document(cli("explain", run.name, "--text", "the", "--json", "--states"))
    cells = found["results"][0]["states"]
    assert [(cell["layer"], cell["direction"]) for cell in cells] == [
        (1, "forward"),
        (1, "backward"),
        (2, "forward"),
        (2, "backward"),
    ]
    assert {len(cell["z"]) for cell in cells} == {5}  # positions


def test_explain_prints_words_and_the_error_of_the_shares(cli, store):
    run = trained_run(store, tiny("lstm"))
    code, out, _ = cli("explain", run.id, "--text", "The zebra!")
    assert code == 0
    assert "zebra (unknown)" in out
    assert "The shares add up to that change within" in out


def test_explain_names_the_fewest_words_that_change_the_answer(cli, store):
    run = trained_run(store, tiny("tfidf-logreg"))
    text = next(
        text
        for text in ("the and", "a of", "to is", "the is a", "of and")
        if document(cli("explain", run.id, "--text", text, "--json"))["results"][0][
            "fewest_words_to_change"
        ]
    )
    (result,) = document(cli("explain", run.id, "--text", text, "--json"))["results"]
    found = result["fewest_words_to_change"]
    left = [word for word in text.split() if word not in found["words"]]
    unknown = " ".join([*left, *["zebra"] * len(found["words"])])
    (after,) = document(cli("explain", run.id, "--text", unknown, "--json"))["results"]
    assert found["probability"] == pytest.approx(after["probability"], abs=1e-9)
    assert (found["probability"] > 0.5) != (result["probability"] > 0.5)
    _, out, _ = cli("explain", run.id, "--text", text)
    assert f"Fewest words to change its mind: {len(found['words'])}." in out


def test_text_without_words_has_nothing_to_explain(cli, store):
    run = trained_run(store, tiny("lstm"))
    code, out, err = cli("explain", run.id, "--text", " .. ", "--json")
    assert code == 0 and '"results": []' in out
    assert "no words" in err


def test_a_baseline_has_occlusion_alone(cli, store):
    run = trained_run(store, tiny("tfidf-logreg"))
    found = document(cli("explain", run.id, "--text", "the and", "--json", "--states"))
    (result,) = found["results"]
    assert result["integrated_gradients"] is None and result["states"] is None
    assert all(word["integrated_gradients"] is None for word in result["words"])


def test_inside_describes_resting_points_memory_and_order(cli, store):
    run = trained_run(store, tiny("gru"))
    found = document(cli("inside", run.id, "--json"))
    assert found["run"] == run.id and found["arch"] == "gru"
    assert len(found["memory"]["median"]) == 5
    assert [row["reviews"] for row in found["order"]][:2] == ["untouched", "shuffled"]
    assert found["swapped_words"]["distances"][0] == 0
    assert found["last_words"][-1]["words"] == 5
    for point in found["fixed_points"]:
        assert point["residual"] <= 1e-9
        assert len(point["eigenvalues"]) == 2
    code, out, _ = cli("inside", run.id)
    assert code == 0 and "of the variance of its state lies on one line" in out


def test_inside_needs_a_recurrent_network(cli, store):
    run = trained_run(store, tiny("feedforward"))
    code, _, err = cli("inside", run.id, "--json")
    assert code == 2 and "has no recurrent cell" in err


def test_the_table_has_one_kind_of_minus(cli, store):
    run = trained_run(store, tiny("lstm"))
    _, out, _ = cli("explain", run.id, "--text", "The and of a to is!")
    assert "−" in out and re.search(r"\s-[0-9]", out) is None


def test_explain_says_what_it_does_not_read(cli, store):
    run = trained_run(store, tiny("gru"))
    _, out, _ = cli("explain", run.id, "--text", "the and " * 50)
    assert f"It reads the last {run.config.maxlen} words of 100." in out
    _, out, _ = cli("explain", run.id, "--text", "the and")
    assert "It reads" not in out


def test_explain_says_where_no_few_words_change_the_answer(cli, store):
    run = trained_run(store, tiny("gru"))
    _, out, _ = cli("explain", run.id, "--text", "zebra")
    assert "No subset of its 0 words of largest effect" in out


def test_explain_tells_nothing_of_gradients_where_there_are_none(cli, store):
    run = trained_run(store, tiny("tfidf-logreg"))
    _, out, _ = cli("explain", run.id, "--text", "The zebra!")
    assert "Occlusion: how far" in out and "Gradients:" not in out
