"""What the health card finds in labelled reviews."""

import numpy as np
import pytest

from rnnlab import datasets
from rnnlab.config import RunConfig
from rnnlab.datasets import encoded
from rnnlab.datasets.health import basics, card
from rnnlab.datasets.health.checked import from_rows, of_dataset
from rnnlab.datasets.reading.rows import Choices, read_rows
from rnnlab.lab import Lab
from tests.conftest import kept_home
from tests.own import own_reviews

WORDS = [
    "plot",
    "cast",
    "scene",
    "music",
    "story",
    "light",
    "camera",
    "voice",
    "hour",
    "place",
    "river",
    "winter",
    "summer",
    "dog",
]


def made(count, seed=0, label=lambda n: n % 2, more=lambda n: "", part=None):
    """A CSV of different reviews of a dozen words."""
    random = np.random.default_rng(seed)
    lines = ["text,label" + (",part" if part else "")]
    for number in range(count):
        words = " ".join(random.choice(WORDS, 12)) + f" number{number}{more(number)}"
        lines.append(f"{words},{label(number)}" + (f",{part(number)}" if part else ""))
    return "\n".join(lines) + "\n"


def check(text, *, part_column=None, seen=(), **choices):
    others = [part_column] if part_column else []
    rows = read_rows(text.encode(), Choices(**choices), others=others)
    return card.make(from_rows(rows, part_column=part_column), seen_by_runs=seen)


def test_sound_reviews_raise_no_finding():
    health = check(made(400))
    levels = {finding.key: finding.level for finding in health.findings}
    assert set(levels.values()) == {"fine"}, levels
    assert (health.reviews, health.positives, health.distinct) == (400, 200, 400)


def test_rows_left_out_are_counted_with_their_reasons():
    found = check(made(95) + ",1\n" * 5).get("rows")
    assert (found.value, found.level) == (95, "note")
    assert found.title == "95 of 100 rows are used, 5 are not."
    assert "5 × no text (first on line 97)" in found.advice


def test_balance_says_what_the_constant_answer_scores():
    found = check(made(100, label=lambda n: int(n >= 5))).get("balance")
    assert (
        found.title == "95.0\u00a0% are positive. Always answering “positive” scores 95.0\u00a0%."
    )
    assert (found.level, found.rows) == ("warning", (0, 1, 2, 3, 4))
    found = check(made(30, label=lambda n: "pos")).get("balance")
    assert (found.level, found.title) == ("problem", "All 30 reviews are positive.")


def test_lengths_give_the_line_of_maxlen():
    long = " ".join(WORDS * 10)
    health = check("text,label\n" + f"{long},1\nshort one it is,0\n" * 10)
    found = health.get("lengths")
    assert found.title.startswith("Half of the reviews have up to ")
    assert "With maxlen 100, 50.0\u00a0% of them are cut" in found.advice
    assert sum(health.lengths.counts) == 20


def test_unknown_share_falls_with_the_vocabulary():
    texts = "".join(f"{' '.join(f'w{n * 30 + k}' for k in range(30))},{n % 2}\n" for n in range(60))
    health = check("text,label\n" + texts)
    shares = dict(health.unknown)
    assert shares[500] == pytest.approx(1 - 496 / 1800)
    assert shares[2000] == 0
    assert health.get("unknown").level == "note"


def test_copies_are_counted_and_shown_beside_their_first():
    text = made(100)
    lines = text.splitlines()
    health = check(text + lines[1] + "\n" + lines[1].replace("number0", "NUMBER0!") + "\n")
    found = health.get("copies")
    assert found.title == (
        "1 surplus copy, and 1 more with the same words: 100 of 102 texts are different."
    )
    assert (found.rows, found.notes) == ((0, 100, 101), ("", "like line 2", "like line 2"))
    assert (found.drop.tolist(), health.distinct) == ([100, 101], 100)


def test_texts_with_both_labels_are_a_problem():
    text = made(100)
    first = text.splitlines()[1]
    found = check(text + first[:-1] + ("1" if first[-1] == "0" else "0") + "\n").get(
        "contradicting"
    )
    assert (found.level, found.title) == ("problem", "1 text has both labels, in 2 rows.")
    assert found.drop.tolist() == [0, 100]


def test_nearly_equal_texts_are_found_whatever_stands_between_them():
    random = np.random.default_rng(1)
    words = [f"w{n}" for n in range(2_000)]
    texts = [" ".join(random.choice(words, 60)) for _ in range(300)]
    texts += [texts[7] + " and more", texts[9].replace(texts[9].split()[30], "other")]
    rows = "".join(f"{text},{n % 2}\n" for n, text in enumerate(texts))
    found = check("text,label\n" + rows).get("near")
    assert found.drop.tolist() == [300, 301]
    assert found.rows == (7, 300, 9, 301)


def test_twins_on_both_sides_of_a_given_split_are_found():
    text = made(100, part=lambda n: "train" if n < 80 else "test")
    train = text.splitlines()[3].replace("train", "test")
    found = check(text + train + "\n", part_column="part").get("across")
    assert (found.level, found.rows) == ("problem", (100,))
    assert found.title == "1 of the 21 test reviews has its twin among the training reviews."


def test_nearly_equal_texts_on_both_sides_are_counted_where_none_is_equal():
    text = made(100, part=lambda n: "train" if n < 80 else "test")
    nearly = "and " + text.splitlines()[3].replace("train", "test")
    found = check(text + nearly + "\n", part_column="part").get("across")
    assert (found.level, found.rows) == ("problem", (100,))
    assert found.title == "1 of the 21 test reviews is nearly equal to a training review."


@pytest.mark.parametrize("token", ["label={}", "rating {}/5", "[{}★]", "<is{}>", "#is{}"])
def test_token_that_gives_the_label_away_is_named(token):
    def more(number):
        return " " + token.format(number % 2 * 4 + 1) if number % 3 == 0 else ""

    found = check(made(300, more=more)).get("giveaway")
    assert found.level == "problem"
    assert len(found.rows) == 50
    assert all("1" in note or "5" in note for note in found.notes)


def test_stars_left_in_a_text_give_the_label_away():
    found = check(made(200, more=lambda n: " ★★★★★" if n % 2 else " ★☆☆☆☆")).get("giveaway")
    assert "★★★★★" in found.title


def test_copies_do_not_make_a_word_telling():
    text = made(40)
    lines = text.splitlines()
    extra = "\n".join(f"a truly telling film {n},1\n" * 40 for n in range(2))
    found = check("\n".join([*lines, extra]))
    assert found.get("giveaway").level == "fine"


def test_languages_and_scripts_are_told():
    french = "le film est très beau mais les acteurs ne sont pas dans une bonne histoire,1\n"
    english = "the film is a good one and it was not that bad with the actors of this movie {},0\n"
    korean = "정말 재미있는 영화였다 다시 보고 싶다,1\n"
    found = check("text,label\n" + "".join(map(english.format, range(18))) + french + korean)
    found = found.get("languages")
    assert found.title == (
        "The reviews are 90.0\u00a0% English, 5.0\u00a0% French and 5.0\u00a0% Korean."
    )
    assert found.notes == ("French", "Korean")
    japanese = "とても面白い映画でした、また見たいです。,{}\n"
    found = check("text,label\n" + "".join(f"{n}{japanese.format(n % 2)}" for n in range(30)))
    assert "a tokenizer of characters" in found.get("languages").advice


def test_smallest_difference_falls_with_the_reviews():
    # (1.96 + 0.8416) · √(0.15 / n), as by McNemar's test
    assert basics.smallest_difference(5_000) == pytest.approx(0.015345, abs=1e-5)
    assert check(made(400)).get("resolution").value == pytest.approx(0.1213, abs=1e-3)
    assert check(made(19)).get("resolution").level == "problem"


@pytest.fixture
def dataset(tmp_path):
    """A small dataset, encoded, with one pair of twins."""
    texts = [" ".join(WORDS[n % 7 : n % 7 + 5]) + f" number{n}" for n in range(99)]
    reviews = encoded.encode([*texts, texts[0]], [n % 2 for n in range(100)])
    encoded.build(tmp_path / "tiny", name="tiny", fingerprint="0" * 64, reviews=reviews)
    return encoded.read(tmp_path / "tiny")


def test_reviews_that_networks_have_seen_are_found(dataset):
    rows = np.arange(30)
    texts = [dataset.text(row) for row in range(0, 60, 2)]
    quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
    content = "text,label\n" + "".join(f"{text},{n % 2}\n" for n, text in enumerate(quoted))
    found = check(content, seen=[("the dataset tiny", dataset, rows)]).get("seen:tiny")
    assert (found.value, found.level) == (15, "problem")


def test_own_split_of_a_dataset_is_checked(dataset):
    health = card.make(of_dataset(dataset, RunConfig()))
    assert health.reviews == len(dataset.labels)
    assert health.get("across") is not None


@pytest.mark.slow
def test_bundled_reviews_have_the_copies_that_were_measured(caches):
    health = card.make(of_dataset(datasets.load("bundled", kept_home()), RunConfig()))
    assert health.get("copies").value == 96
    assert health.get("across").title.startswith("26 of the 5,000 validation reviews have their")
    assert health.get("giveaway").level == "fine"


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("정말 재미있는 영화 {}번째였다", "korean"),
        ("とても面白い映画でした。{}回目", "characters-1"),
    ],
)
def test_tokenizers_are_compared_where_words_suit_badly(text, best):
    if best == "korean":
        pytest.importorskip("kiwipiepy")
    rows = "".join(f"{text.format(n)},{n % 2}\n" for n in range(30))
    health = check("text,label\n" + rows)
    assert health.tokenizer == best
    assert "as words" in health.get("tokenizer").title
    assert check(made(30)).tokenizer == "words"
    assert check(made(30)).get("tokenizer") is None


@pytest.mark.parametrize("tokenizer", ["words", "characters-2"])
def test_reviews_that_networks_have_seen_are_found_however_they_were_cut(lab_home, tokenizer):
    own = Lab().add_dataset(own_reviews(), "mine", tokenizer=tokenizer)
    dataset = datasets.load(own.id, lab_home)
    rows = dataset.split(RunConfig(dataset=own.id)).train
    content = "text,label\n" + "".join(f"{dataset.text(row)},{row % 2}\n" for row in range(120))
    found = check(content, seen=[("the dataset mine", dataset, rows)]).get(f"seen:{own.id}")
    assert found.value == len(rows) == 96
