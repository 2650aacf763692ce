"""The charts of a health card."""

from rnnlab.charts import health

CARD = {
    "positives": 30,
    "reviews": 40,
    "lengths": {"counts": [10, 20, 10], "edges": [0.0, 50.0, 100.0, 150.0], "cut": 0.25},
    "unknown": [{"vocab_size": 500, "share": 0.3}, {"vocab_size": 5_000, "share": 0.1}],
}


def test_titles_say_the_finding():
    assert health.balance(CARD).title == "Always the same answer scores 75.0\u00a0%"
    assert health.length_bars(CARD, 100).title == "maxlen 100 cuts 25.0\u00a0% of the reviews"
    assert health.unknown_bars(CARD).title == (
        "500 words leave 30.0\u00a0% unknown, 5,000 leave 10.0\u00a0%"
    )


def test_figures_show_every_count():
    labels = health.balance_figure(health.balance(CARD), text_color="#000000")
    assert [bar.x[0] for bar in labels.data] == [30, 10]
    lengths = health.lengths_figure(health.length_bars(CARD, 100), text_color="#000000")
    assert list(lengths.data[0].y) == [10, 20, 10]
    assert lengths.layout.shapes[0].x0 == 100
    unknown = health.unknown_figure(health.unknown_bars(CARD), text_color="#000000")
    assert list(unknown.data[0].y) == [0.3, 0.1]
