"""The question of each card, about the runs that it shows."""

from collections.abc import Callable

from rnnlab import text
from rnnlab.config import preset, required
from rnnlab.learn import questions, steps, training_questions, weights
from rnnlab.learn.examples import shipped
from rnnlab.learn.questions import Question
from ui.learn import material
from ui.reader import Snapshot

REVIEWS = 20_000  # of the memory that one-hot reviews take
LEAST_SEEDS = 5
LEAST_PAIRED = 3  # seeds of each of two architectures


def question(key: str, lab: Snapshot) -> Question:
    """Return the question of a card."""
    return _QUESTIONS[key](lab)


def _order(lab: Snapshot) -> Question:
    examples = [material.network(lab, arch) for arch in ("feedforward", "embedding-rnn")]
    return questions.order(material.arrangements(examples), examples[1])


def _memory(lab: Snapshot) -> Question:
    return questions.memory(material.order_task(lab))


def _step(lab: Snapshot) -> Question:
    example = material.network(lab, "embedding-rnn")
    return questions.step(example.run.config, material.read_steps(example))


def _weights(lab: Snapshot) -> Question:
    config = preset("gru")
    return questions.cell(
        weights.terms("gru", inputs=required(config.embedding_dim), units=required(config.units))
    )


def _outputs(lab: Snapshot) -> Question:
    return questions.outputs(preset("lstm", layers=2))


def _padding(lab: Snapshot) -> Question:
    config = preset("lstm")
    reading = text.read(material.review(), shipped().vocabulary, **config.window)
    return questions.padding(reading, config)


def _embedding(lab: Snapshot) -> Question:
    return questions.embedding(preset("onehot-rnn"), REVIEWS)


def _stopping(lab: Snapshot) -> Question:
    return training_questions.stopping(material.stopped_early(lab))


def _lstm(lab: Snapshot) -> Question:
    read = material.read_steps(material.network(lab, "lstm"))
    return questions.lstm(read, steps.open_gate(read, "f", "c"))


def _dropout(lab: Snapshot) -> Question:
    runs = shipped().examples
    return training_questions.dropout(runs[material.WITHOUT], runs[material.WITH])


def _gru(lab: Snapshot) -> Question:
    grus, lstms = material.seeds(lab, ("gru", "lstm"), LEAST_PAIRED)
    return training_questions.gru(grus, lstms)


def _seeds(lab: Snapshot) -> Question:
    (examples,) = material.seeds(lab, ("embedding-rnn",), LEAST_SEEDS)
    return training_questions.seeds(examples)


_QUESTIONS: dict[str, Callable[[Snapshot], Question]] = {
    "order": _order,
    "memory": _memory,
    "step": _step,
    "weights": _weights,
    "outputs": _outputs,
    "padding": _padding,
    "embedding": _embedding,
    "stopping": _stopping,
    "lstm": _lstm,
    "dropout": _dropout,
    "gru": _gru,
    "seeds": _seeds,
}
