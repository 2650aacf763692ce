"""Bad input, row by row, and what is said of it. Each is given to every entrance that takes it."""

from typing import NamedTuple

WHOLE = "give a whole number in this range"
NUMBER = "give a number in this range"
SEED = "seed must be 0–4294967295, got"
HUGE = 2**63


class Value(NamedTuple):
    """A value of a run's field, as text, and what is said of it."""

    field: str
    text: str
    message: str


# Given as a flag and in the URL; what a number box can hold also in the form.
VALUES = tuple(
    Value(field, text, f"{field} must be {rest}")
    for field, text, rest in (
        ("vocab_size", "9", "10–50000, got 9: use a larger vocabulary"),
        ("vocab_size", "50001", "10–50000, got 50001: use a smaller vocabulary"),
        ("vocab_size", "", f"10–50000, got '': {WHOLE}"),
        ("maxlen", "4", "5–1000, got 4: lengthen the review window"),
        ("maxlen", "5000", "5–1000, got 5000: shorten the review window"),
        ("maxlen", "ten", f"5–1000, got 'ten': {WHOLE}"),
        ("maxlen", "<script>", f"5–1000, got '<script>': {WHOLE}"),
        ("learning_rate", "0", "1e-06–1, got 0.0: take larger steps"),
        ("learning_rate", "1.5", "1e-06–1, got 1.5: take smaller steps"),
        ("learning_rate", "nan", f"1e-06–1, got nan: {NUMBER}"),
        ("learning_rate", "inf", f"1e-06–1, got inf: {NUMBER}"),
        ("learning_rate", "1e999", f"1e-06–1, got inf: {NUMBER}"),
        ("learning_rate", "1,5", f"1e-06–1, got '1,5': {NUMBER}"),
        ("embedding_dim", "0", "1–1024, got 0: use longer word vectors"),
        ("embedding_dim", "1025", "1–1024, got 1025: use shorter word vectors"),
        ("units", "-1", "1–512, got -1: use at least one unit"),
        ("units", "513", "1–512, got 513: use fewer units"),
        ("units", "8 units", f"1–512, got '8 units': {WHOLE}"),
        ("layers", "0", "1–3, got 0: use at least one layer"),
        ("layers", "4", "1–3, got 4: stack fewer layers"),
        ("dropout", "-0.1", "0–0.9, got -0.1: use 0 for no dropout"),
        ("dropout", "0.95", "0–0.9, got 0.95: drop a smaller share"),
        ("dropout", "-inf", f"0–0.9, got -inf: {NUMBER}"),
        ("batch_size", "0", "1–4096, got 0: use at least one review per batch"),
        ("batch_size", "4097", "1–4096, got 4097: use smaller batches"),
        ("epochs", "0", "1–1000, got 0: train for at least one epoch"),
        ("epochs", str(HUGE), f"1–1000, got {HUGE}: train for fewer epochs"),
        ("epochs", "2.5", f"1–1000, got '2.5': {WHOLE}"),
        ("epochs", "9" * 5_000, f"1–1000, got '{'9' * 56}...: {WHOLE}"),
        ("patience", "-1", "0–100, got -1: use 0 to stop at the first epoch that is no better"),
        ("patience", "101", "0–100, got 101: use a shorter patience"),
        ("seed", "-1", "0–4294967295, got -1: use 0 or a positive seed"),
        ("seed", str(2**32), f"0–4294967295, got {2**32}: use a smaller seed"),
        ("split_seed", "-1", "0–4294967295, got -1: use 0 or a positive seed"),
        ("split_seed", "0x10", f"0–4294967295, got '0x10': {WHOLE}"),
        ("bidirectional", "maybe", "true or false, got 'maybe': write true or false"),
        ("test_set", "", "true or false, got '': write true or false"),
        ("optimizer", "adamw", "rmsprop, adam or sgd, got 'adamw': choose one of these"),
        ("truncating", "PRE", "pre or post, got 'PRE': choose one of these"),
        ("forget_bias", "a\0b", "keras or chrono, got 'a\\x00b': choose one of these"),
        ("recurrent_initializer", "", "orthogonal or glorot_uniform, got '': choose one of these"),
        ("backend", "torch", "tensorflow, got 'torch': choose one of these"),
    )
)

SEEDS = (51, HUGE, 1e300, 0, -1, 2.5)

NAMES = (
    (" ", "name must be 1–80 characters, got ' ': give it a short name"),
    ("x" * 81, "name must be 1–80 characters, got 'xxx"),
    ("good\u202ednoces", "leave out U+202E RIGHT-TO-LEFT OVERRIDE"),
    ("\u200b", "leave out U+200B ZERO WIDTH SPACE"),
    ("\u3164", "add a letter or a digit"),
    ("a\ud800", "leave out U+D800"),
    ("a\ufffd", "leave out U+FFFD REPLACEMENT CHARACTER"),
    ("LSTM", "call it LSTM 2, for example"),
    ("0a1b2c3d", "add a word to it"),
)

# Commands that have nothing to do with a field; "{run}" is the id of a finished run.
COMMANDS = (
    (["params", "--preset", "bert"], "preset must be onehot-rnn, embedding-rnn, lstm, gru,"),
    (["params", "--preset", ""], "got '': choose one of these"),
    (["params", "--arch", "transformer"], "got 'transformer': choose one of these"),
    *(
        (["train", "--arch", "gru", "--seeds", number], f"seeds must be 1–50, got {said}")
        for number, said in (
            ("0", "0: train at least one"),
            ("51", "51: train fewer at once"),
            (str(HUGE), f"{HUGE}: train fewer at once"),
            ("many", f"'many': {WHOLE}"),
            ("2.5", f"'2.5': {WHOLE}"),
            ("", f"'': {WHOLE}"),
        )
    ),
    (
        ["train", "--arch", "gru", "--seeds", "2", "--seed", str(2**32 - 1)],
        f"{SEED} {2**32}: use a smaller seed",
    ),
    (["train", "--arch", "tfidf-logreg", "--seeds", "2"], "every seed gives the same result"),
    (
        ["train", "--arch", "lstm", "--dataset", "csv"],
        "dataset must be bundled, keras, which-first",
    ),
    (["train", "--arch", "lstm", "--dataset", "counting", "--test-set"], "its texts repeat"),
    (["runs", "--state", "done"], "state must be queued, running, finished"),
    *(([name, "lstm-7"], "there is no run 'lstm-7'") for name in ("show", "stop", "resume")),
    (["delete", "--yes", ""], "there is no run ''"),
    (["delete", "--yes", "%"], "there is no run '%'"),
    (["show", "\ud800"], "there is no run '"),
    (["stop", "{run}"], "there is nothing to stop"),
    (["resume", "{run}"], "only an interrupted run can be resumed"),
    (["classify", "--text", "a\udcff"], "text must be UTF-8, character 2 is not"),
    (["explain", "{run}", "--text", "\ud800"], "text must be UTF-8, character 1 is not"),
    (["classify", "--text", "good", "--run", "nobody"], "there is no run 'nobody'"),
    (["classify", "--file", "/nowhere"], "(No such file or directory): check its path"),
    (["classify", "--file", "a\0b"], "(embedded null byte): check its path"),
    (["evaluate", "{run}", "--on", "amazon"], "on must be rotten-tomatoes or imdb-test"),
    (["evaluate", "g-00000000", "--on", "rotten-tomatoes"], "there is no group 'g-00000000'"),
    *(
        (["compare", "{run}", "--margin", margin], f"margin must be 0.1–20, got {said}")
        for margin, said in (("0", "0.0"), ("99", "99.0"), ("nan", "nan"), ("x", "'x'"))
    ),
    *(
        (["report", "{run}", "--html", name], "html must be a file that can be written")
        for name in ("/nowhere/x.html", "/", "a\0b", "~no-such-user/x.html")
    ),
    (["export", "{run}", "--to", "/dev/null/x"], "to must be a"),
    (["study", "--arch", "lstm", "--learning-rates", "2,fast"], "learning_rate must be 1e-06–1"),
    (["study", "--arch", "lstm", "--learning-rates", ""], "learning_rate"),
    (["study", "--arch", "lstm", "--seeds", "0"], "seeds must be"),
    (["study", "show", "s-7"], "there is no study 's-7'"),
    (["dashboard", "--port", "99999"], "port must be"),
    (["dashboard", "--port", "http"], "port must be"),
)

# What a CSV may hold, and what is said of it.
CSV = (
    (b"", "the file is empty"),
    (b"\xef\xbb\xbf", "the file is empty"),
    (b"number,index\n4,1\n", "found 'number', 'index'"),
    (b"text,text,label\na,b,1\n", "one column of reviews and one of labels"),
    (b"text,label\n", "it has no rows"),
    (b"text,label\n,1\n,0\n", "no row of the file can be used (2 × no text)"),
    (b"text,label\nthe,7\nthe sea,8\n", "nothing tells which one is positive"),
    (b"text,label\nthe,nan\n", "no row of the file can be used (1 × no label)"),
    (b"text,label\nthe,blue\n", "all labels are blue"),
    (b'text,label\n"the,1\n', "put each text in quotes"),
    ("text,label\nun été,1\n".encode("latin-1"), "line 2 of the file is not UTF-8"),
    (b"text,label\n\xed\xa0\x80,1\n", "line 2 of the file is not UTF-8"),  # half a character
    (b"PK\3\4text,label\n", "the archive cannot be unpacked"),
)

# Typed reviews that are unusual, and how many words a model reads of them.
REVIEWS = (
    ("", 0),
    (" \t\n", 0),
    ("\0\0", 0),
    ("...!?", 0),
    ("good\0bad", 2),
    ("<script>alert(1)</script>", 4),
    ("🎬 \u202eلا أحبه\u202c 映画", 4),
    ("\ufeffgood", 1),
    ("good " * 100_000, 100_000),
    ("x" * 1_000_000, 1),
)

# Addresses of pages, and what each says beside what it can show.
URLS = (
    ("train", {"preset": "bert"}, ["choose one of these"]),
    ("train", {"arch": "<script>", "colour": "red"}, ["choose one of these", "leave it out"]),
    ("classify", {"run": "nobody,<b>"}, ["There is no trained run nobody", "run <b>"]),
    ("compare", {"runs": "nobody"}, ["No trained run nobody"]),
    ("compare", {"margin": "nan", "on": "x", "tab": "y", "threshold": "2"}, []),
    ("compare", {"margin": "1e999", "tab": "Quality", "threshold": "nan"}, []),
    ("inside", {"run": "nobody", "view": "x"}, ["no trained recurrent network nobody"]),
    ("inside", {"layer": "-1", "word": "999999999999", "unit": "x"}, []),
    ("learn", {"card": "x", "guess": "a.b.c.9999"}, []),
    ("run", {"run": "nobody"}, ["nobody"]),
    ("run", {}, ["No run in the URL"]),
    ("study", {"study": "s-nobody"}, ["No study s-nobody"]),
)
