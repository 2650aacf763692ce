"""A run of the linear baseline as code: a standalone script that fits the same model.

Owns the text of its `train.py`. The script needs scikit-learn and the reviews, no keras and no
rnnlab; a test compares its weights and history with the lab's.
"""

from rnnlab.evaluation import metrics
from rnnlab.export import script_parts
from rnnlab.runs import Run


def text(run: Run) -> str:
    """Return the script of a run of `rnnlab.training.linear`, as Python source."""
    manifest = run.manifest
    parts = [
        script_parts.head(
            run,
            *("scikit-learn", "scipy", "numpy"),
            title="Fit a TF-IDF model",
            result="writes the weights to best.npz",
        ),
        script_parts.imports(run),
        script_parts.without_split(run.config, _IMPORTS_OF_SCIKIT_LEARN),
        script_parts.constants(
            run,
            inverse_penalty_strength=manifest.get("inverse_penalty_strength", 1.0),
            solver=manifest.get("solver", "lbfgs"),
            threads=manifest.get("threads", 1),
        ),
        script_parts.reading(run),
        _SPLIT.format(arguments=script_parts.split_arguments(run.config)),
        script_parts.split(run.config),
        _MODEL,
        _MAIN.format(
            argument=script_parts.argument(run.config),
            reading=script_parts.call(run.config),
            clip=metrics.CLIP,
        ),
    ]
    return "".join(parts)


_IMPORTS_OF_SCIKIT_LEARN = """
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from threadpoolctl import threadpool_limits
"""

_SPLIT = '''

def split({arguments}):
    """Lists of ids to train and to validate on, at most MAXLEN each, then the labels."""
    if TRUNCATING == "pre":
        ids = [review[-MAXLEN:] for review in reviews]
    else:
        ids = [review[:MAXLEN] for review in reviews]
    labels = np.array(labels)
'''

_MODEL = '''

def known_words(ids):
    """The ids that stand for a word: not the start mark, nor the unknown words."""
    return [i for i in ids if i > 3]


def build():
    """The model: a review's ids become its TF-IDF vector, which logistic regression reads."""
    return make_pipeline(
        TfidfVectorizer(
            analyzer=known_words, vocabulary=range(VOCAB_SIZE), lowercase=False, dtype=np.float32
        ),
        LogisticRegression(C=INVERSE_PENALTY_STRENGTH, solver=SOLVER),
    )
'''

_MAIN = '''

def evaluate(model, ids, labels):
    """The loss and the accuracy, as keras computes them."""
    probabilities = model.predict_proba(ids)[:, 1].astype(np.float64)
    loss = log_loss(labels, np.clip(probabilities, {clip}, 1 - {clip}), labels=[0, 1])
    return float(loss), float(np.mean((probabilities > 0.5) == labels))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0]){argument}
    options = parser.parse_args()
    ids, validation_ids, labels, validation_labels = split(*{reading})
    model = build()
    with threadpool_limits(THREADS):
        model.fit(ids, labels)
    loss, accuracy = evaluate(model, ids, labels)
    val_loss, val_accuracy = evaluate(model, validation_ids, validation_labels)
    tfidf, logreg = model
    weights = {{
        "tfidf/idf": tfidf.idf_,
        "logreg/coefficients": logreg.coef_[0],
        "logreg/intercept": logreg.intercept_,
    }}
    np.savez("best.npz", **{{name: array.astype(np.float32) for name, array in weights.items()}})
    history = {{"loss": [loss], "accuracy": [accuracy]}}
    history |= {{"val_loss": [val_loss], "val_accuracy": [val_accuracy]}}
    print(json.dumps(history))


if __name__ == "__main__":
    main()
'''
