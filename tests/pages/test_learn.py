"""Learn, as a viewer of an empty and of a trained lab goes through it."""

import pytest

from rnnlab.config import preset
from rnnlab.datasets import synthetic
from rnnlab.learn.lesson import CARDS, KEYS
from rnnlab.runs import RunState
from rnnlab.text import Vocabulary
from tests.labs import claimed, encode_reviews, trained
from tests.labs import train as record_epochs
from tests.screens import figures, open_page, words
from ui.learn import asked, try_it
from ui.reader import Snapshot

pytestmark = pytest.mark.usefixtures("worker")  # this process: the page starts no other
LETTERS = "abcdefgh"


def page(**url):
    return open_page("learn", **url)


def turn_to(at, key):
    """The same viewer opens another card."""
    at.query_params["card"] = key
    return at.run()


def choose(at, option):
    return at.button(key=f"learn_option_{option}").click().run()


@pytest.fixture
def questions(store):
    """The question of each card in an empty lab."""
    return {key: asked.question(key, Snapshot()) for key in KEYS}


def test_every_card_asks_before_it_shows(store, questions):
    at = page()
    for card in CARDS:
        shown = words(turn_to(at, card.key))
        assert card.title in shown
        assert questions[card.key].text.split(" ")[0] in shown
        assert "learn-verdict" not in shown
        assert not figures(at)
        labels = [at.button(key=f"learn_option_{n}").label for n in range(3)]
        assert len(set(labels)) == 3


def test_right_and_wrong_guesses_are_told_on_every_card(store, questions):
    at = page()
    for key, question in questions.items():
        turn_to(at, key)
        choose(at, question.correct)
        shown = words(at)
        assert "Right!" in shown
        assert "Came with rnnlab" in shown or "Computed as you move" in shown
        at.button(key="learn_again").click().run()
        assert "learn-verdict" not in words(at)
        wrong = (question.correct + 1) % len(question.options)
        choose(at, wrong)
        assert "Not quite: you guessed" in words(at)
        assert at.query_params["guess"].endswith(f"{key}-{LETTERS[wrong]}")


def test_address_opens_a_card_with_its_guess(store, questions):
    correct = LETTERS[questions["weights"].correct]
    at = page(card="weights", guess=f"order-a.weights-{correct}")
    assert "Right!" in words(at)
    assert "624 parameters" in words(at)


def test_address_that_makes_no_sense_opens_the_first_card(store):
    at = page(card="nothing", guess="order.memory-.step-?.weights-zz")
    assert CARDS[0].title in words(at)
    assert "learn-verdict" not in words(at)


def test_option_that_is_not_there_is_no_guess(store):
    at = page(card="weights", guess="weights-h")
    assert "Here is the answer." in words(at)


def test_answer_can_be_shown_without_a_guess(store):
    at = page()
    at.button(key="learn_show").click().run()
    assert "Here is the answer." in words(at)
    assert at.query_params["guess"] == "order-x"


def test_next_leads_through_all_cards_to_a_summary(store, questions):
    at = page()
    for key in KEYS[:-1]:
        choose(at, questions[key].correct)
        at.button(key="learn_next").click().run()
    assert CARDS[-1].title in words(at)
    choose(at, (questions[KEYS[-1]].correct + 1) % 3)
    assert "learn_next" not in [button.key for button in at.button]
    assert "11 of 12 right" in words(at)


def test_progress_is_kept_on_the_way_to_another_page_and_back(store):
    at = page(card="order", guess="order-a")
    at.switch_page("pages/train.py").run()
    at.query_params.clear()
    at.switch_page("pages/learn.py").run()
    assert "learn-verdict" in words(at)


def test_sliders_move_the_sizes(store):
    at = page(card="weights", guess="weights-x")
    at.slider(key="learn_weights_units").set_value(32).run()
    assert "3 · (16·32 + 32·32 + 2·32) = <b>4,800</b>" in words(at)
    at.segmented_control(key="learn_weights_cell").set_value("lstm").run()
    assert "4 · (16·32 + 32·32 + 32) = <b>6,272</b>" in words(at)


def test_patience_moves_the_stop(store):
    at = page(card="stopping", guess="stopping-x")
    at.slider(key="learn_patience").set_value(1).run()
    assert "stops after epoch 3, and the weights of epoch 2 are kept" in words(at)


def test_a_stack_that_keras_refuses_is_told(store):
    at = page(card="outputs", guess="outputs-x")
    assert "LSTM" in words(at)
    at.segmented_control(key="learn_outputs_handed_on").set_value("Last state").run()
    assert "Keras refuses to build this" in words(at)
    at.slider(key="learn_outputs_layers").set_value(1).run()
    assert "Keras refuses" not in words(at)


def test_own_networks_take_the_place_of_the_shipped_ones(store):
    for arch in ("feedforward", "embedding-rnn", "lstm", "gru"):
        trained(store, preset(arch))
    at = page()
    for key in ("order", "step", "lstm"):
        at.query_params["guess"] = f"{key}-x"
        shown = words(turn_to(at, key))
        assert "Trained in your lab" in shown
        assert "Came with rnnlab" not in shown


def test_networks_that_cannot_be_shown_unit_by_unit_are_passed_over(store):
    trained(store, preset("lstm", layers=2))
    trained(store, preset("lstm", bidirectional=True))
    trained(store, preset("lstm", units=64))
    trained(store, preset("lstm", dataset="which-first", maxlen=21))
    assert "Came with rnnlab: <b>lstm-" in words(page(card="lstm", guess="lstm-x"))


def test_own_network_joins_the_shipped_ones_at_the_task_where_order_decides(store):
    rows = {"dataset": "which-first", "maxlen": 21, "vocab_size": 30}
    trained(store, preset("lstm", **rows), vocabulary=Vocabulary(synthetic.WORDS))
    trained(store, preset("gru", **{**rows, "maxlen": 31}))
    shown = words(page(card="memory", guess="memory-x"))
    assert "Trained in your lab: <b>lstm-1</b>" in shown
    assert "Came with rnnlab: <b>which-first-feedforward" in shown


def test_own_run_that_stopped_early_shows_early_stopping(store):
    attempt = claimed(store, preset("lstm", epochs=10))
    record_epochs(attempt, 6)
    attempt.end(RunState.FINISHED, now=1_790_000_009.0)
    shown = words(page(card="stopping", guess="stopping-x"))
    assert "Trained in your lab" in shown


def test_four_own_seeds_are_too_few_to_show_their_scatter(store):
    for seed in range(4):
        trained(store, preset("embedding-rnn", seed=seed))
    assert "Came with rnnlab" in words(page(card="seeds", guess="seeds-x"))


def test_five_own_seeds_take_the_place_of_the_shipped_ones(store):
    for seed in range(5):
        trained(store, preset("embedding-rnn", seed=seed))
    shown = words(page(card="seeds", guess="seeds-x"))
    assert "Trained in your lab: <b>5 runs, embedding-rnn-1 to embedding-rnn-5</b>" in shown


@pytest.mark.parametrize("key", KEYS)
def test_link_of_a_card_leads_to_a_page_that_understands_it(store, lab_home, key):
    encode_reviews(lab_home)
    link = try_it.LINKS[key]
    at = open_page(link.page, **link.parameters)
    assert not at.exception
    assert not at.error
    for name, value in link.parameters.items():
        if link.page == "train" and name in ("maxlen", "vocab_size", "layers", "patience"):
            assert at.number_input(key=f"train_{name}").value == int(value)
