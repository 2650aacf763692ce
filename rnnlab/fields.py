"""The fields of a run: their bounds, their choices, and the words that go with them.

Owns every bound. The form, the command line, the URL, the store's columns and the tests read
`FIELDS`; nothing else states a limit.
"""

from rnnlab.architectures import ARCHITECTURES
from rnnlab.field import Field
from rnnlab.tasks import TASKS

BUILT_IN = ("bundled", "keras", *TASKS)
OWN_ID = "own-[0-9a-f]{12}"  # of a dataset of one's own, see `rnnlab.datasets.own`

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("arch", str, "Architecture", "The model to train.", choices=tuple(ARCHITECTURES)),
        Field(
            "vocab_size",
            int,
            "Vocabulary size",
            "How many of the most frequent words the model knows (four ids are reserved).",
            10,
            50_000,
            if_above="use a smaller vocabulary",
            if_below="use a larger vocabulary",
        ),
        Field(
            "maxlen",
            int,
            "Review length",
            "How many words of a review the model reads (maxlen); longer ones are cut.",
            5,
            1_000,
            if_above="shorten the review window",
            if_below="lengthen the review window",
        ),
        Field(
            "learning_rate",
            float,
            "Learning rate",
            "Step size of the optimizer.",
            1e-6,
            1.0,
            if_above="take smaller steps",
            if_below="take larger steps",
        ),
        Field(
            "embedding_dim",
            int,
            "Embedding size",
            "Dimensions of each word vector.",
            1,
            1_024,
            if_above="use shorter word vectors",
            if_below="use longer word vectors",
        ),
        Field(
            "units",
            int,
            "Units",
            "Size of the recurrent layer's hidden state.",
            1,
            512,
            if_above="use fewer units",
            if_below="use at least one unit",
        ),
        Field(
            "layers",
            int,
            "Recurrent layers",
            "How many recurrent layers are stacked.",
            1,
            3,
            if_above="stack fewer layers",
            if_below="use at least one layer",
        ),
        Field("bidirectional", bool, "Bidirectional", "Read each review forwards and backwards."),
        Field(
            "dropout",
            float,
            "Dropout",
            "Share of each recurrent layer's inputs dropped during training.",
            0,
            0.9,
            if_above="drop a smaller share",
            if_below="use 0 for no dropout",
        ),
        Field(
            "forget_bias",
            str,
            "Forget bias",
            "How long a unit remembers before training: two to four words (keras), or spread "
            "from two words to the review length (chrono).",
            choices=("keras", "chrono"),
        ),
        Field(
            "recurrent_initializer",
            str,
            "Recurrent start",
            "The recurrent weights before training: orthogonal, Keras's default, keeps the size "
            "of a state; glorot_uniform lets it fade.",
            choices=("orthogonal", "glorot_uniform"),
        ),
        Field(
            "batch_size",
            int,
            "Batch size",
            "Reviews per training step.",
            1,
            4_096,
            if_above="use smaller batches",
            if_below="use at least one review per batch",
        ),
        Field(
            "epochs",
            int,
            "Maximum epochs",
            "How many times to go through the training reviews; early stopping may end sooner.",
            1,
            1_000,
            if_above="train for fewer epochs",
            if_below="train for at least one epoch",
        ),
        Field(
            "patience",
            int,
            "Patience",
            "Epochs without a lower validation loss before training stops early.",
            0,
            100,
            if_above="use a shorter patience",
            if_below="use 0 to stop at the first epoch that is no better",
        ),
        Field(
            "optimizer",
            str,
            "Optimizer",
            "The algorithm that updates the weights.",
            choices=("rmsprop", "adam", "sgd"),
        ),
        Field(
            "truncating",
            str,
            "Truncation",
            "Which end of a long review is cut off: pre removes the start, post the end.",
            choices=("pre", "post"),
        ),
        Field(
            "dataset",
            str,
            "Dataset",
            "Where the reviews come from: 25,000 IMDB reviews (bundled), Keras's own copy (keras), "
            "a task of the order lab, made for the review length, or a dataset of your own.",
            choices=BUILT_IN,
            pattern=OWN_ID,
            pattern_words="a dataset of your own",
            if_other="choose one of these; `rnnlab data list` shows your own",
        ),
        Field(
            "seed",
            int,
            "Seed",
            "Random seed: initial weights, batch order, dropout.",
            0,
            2**32 - 1,
            if_above="use a smaller seed",
            if_below="use 0 or a positive seed",
        ),
        Field(
            "split_seed",
            int,
            "Split seed",
            "Random seed of the split: which reviews train the model and which are held out.",
            0,
            2**32 - 1,
            if_above="use a smaller seed",
            if_below="use 0 or a positive seed",
        ),
        Field(
            "test_set",
            bool,
            "Test set",
            "Keep half of the validation reviews out of training and of every choice, for the "
            "final comparison.",
        ),
        Field("backend", str, "Backend", "The framework that runs Keras.", choices=("tensorflow",)),
    )
}
