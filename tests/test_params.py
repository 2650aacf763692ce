import pytest

from rnnlab.config import ARCHITECTURES, preset
from rnnlab.params import input_bytes, layers, one_hot_bytes, parameters, weight_shapes
from tests.networks import fixed_weights, tiny


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("onehot-rnn", 2_481),
        ("embedding-rnn", 5_009),
        ("lstm", 8_809),
        ("gru", 8_633),
        ("feedforward", 8_017),
        ("tfidf-logreg", 40_001),
    ],
)
def test_presets_have_their_parameter_counts(name, total):
    assert parameters(preset(name)) == total


def test_lstm_table_reads_like_the_tutorials_summary():
    assert [tuple(row) for row in layers(preset("lstm"))] == [
        ("embedding", "Embedding", (None, 100, 16), 8_000),
        ("lstm", "LSTM", (None, 8), 800),
        ("dense", "Dense", (None, 1), 9),
    ]


def test_stacked_bidirectional_gru_table_matches_kerass_summary():
    config = preset("gru", maxlen=7, units=5, embedding_dim=3, layers=2, bidirectional=True)
    assert [tuple(row) for row in layers(config)] == [
        ("embedding", "Embedding", (None, 7, 3), 1_500),
        ("bidirectional", "Bidirectional", (None, 7, 10), 300),
        ("bidirectional_1", "Bidirectional", (None, 10), 510),
        ("dense", "Dense", (None, 1), 11),
    ]


def test_onehot_table_has_no_embedding_and_counts_a_kernel_row_per_word():
    config = preset("onehot-rnn", layers=2)
    assert [tuple(row) for row in layers(config)] == [
        ("simple_rnn", "OneHotSimpleRNN", (None, 100, 8), 300 * 8 + 8 * 8 + 8),
        ("simple_rnn_1", "SimpleRNN", (None, 8), 8 * 8 + 8 * 8 + 8),
        ("dense", "Dense", (None, 1), 9),
    ]


def test_feedforward_table_lists_the_pooling_that_learns_nothing():
    assert [tuple(row) for row in layers(preset("feedforward"))] == [
        ("embedding", "Embedding", (None, 100, 16), 8_000),
        ("global_average_pooling1d", "GlobalAveragePooling1D", (None, 16), 0),
        ("dense", "Dense", (None, 1), 17),
    ]


def test_tfidf_table_counts_an_idf_and_a_coefficient_a_word():
    assert [tuple(row) for row in layers(preset("tfidf-logreg", vocab_size=500))] == [
        ("tfidf", "TfidfTransformer", (None, 500), 500),
        ("logreg", "LogisticRegression", (None, 1), 501),
    ]


def test_layer_bytes_are_float32():
    assert layers(preset("lstm"))[0].bytes == 32_000


def test_input_is_ids_where_naive_one_hot_would_be_gigabytes():
    config = preset("onehot-rnn")
    assert input_bytes(config) == 8_000_000
    assert one_hot_bytes(config) == 4_800_000_000
    assert input_bytes(config, reviews=1) == 400


@pytest.mark.parametrize("arch", ARCHITECTURES)
@pytest.mark.parametrize("more", [{}, {"layers": 2, "bidirectional": True}])
def test_weights_have_the_names_and_shapes_that_the_forward_pass_reads(arch, more):
    config = tiny(arch, **more)
    expected = {name: array.shape for name, array in fixed_weights(config).items()}
    assert weight_shapes(config) == expected
