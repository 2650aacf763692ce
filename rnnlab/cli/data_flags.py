"""What can be typed after `rnnlab data`."""

import argparse
from collections.abc import Callable

from rnnlab.cli import data, data_check, suspicious


def add_data(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the group of commands on datasets of one's own."""
    about = (
        "Check labelled reviews of your own, and add them as a dataset to train on; list, rename, "
        "delete datasets."
    )
    group = add("data", data.listing, about, json=False, usage="%(prog)s ACTION ...")
    adder = group.add_subparsers(required=True, metavar="ACTION", title="actions")

    def action(
        name: str, command: Callable[[argparse.Namespace], int], words: str, *, json: bool = False
    ) -> argparse.ArgumentParser:
        parser = adder.add_parser(name, help=words, description=words, allow_abbrev=False)
        parser.set_defaults(command=command)
        if json:
            parser.add_argument("--json", action="store_true", help="print one JSON document")
        return parser

    words = "Check labelled reviews before anything is trained or judged on them."
    checking = action("check", data_check.check, words, json=True)
    checking.add_argument(
        "source",
        metavar="FILE|NAME",
        help="a file or folder of reviews, - for standard input; or a dataset's id or name",
    )
    add_file_choices(checking)
    checking.add_argument(
        "--split-column", metavar="NAME", help="the column that says train, validation or test"
    )
    checking.add_argument("--progress-lines", action="store_true", help=argparse.SUPPRESS)

    words = "Read a file of labelled reviews and keep them as a dataset to train on."
    adding = action("add", data.add, words, json=True)
    adding.add_argument("file", metavar="FILE", help="the file; - for standard input")
    adding.add_argument("--name", required=True, help="the dataset's name")
    add_file_choices(adding)
    adding.add_argument(
        "--split",
        metavar="random|group|time|column",
        help="how reviews are held out: at random with both labels alike; whole groups, such as "
        "films; the latest; or as a column says (default: random, column with --split-column)",
    )
    adding.add_argument(
        "--split-column", metavar="NAME", help="the column of the groups, times or parts"
    )
    adding.add_argument(
        "--tokenizer",
        default="words",
        metavar="NAME",
        help="how texts are cut: words, characters-1 (letters) to characters-5, or korean "
        "(default: words)",
    )

    adding.add_argument(
        "--act-on",
        metavar="FINDING",
        action="append",
        default=[],
        help="leave out what this finding of `rnnlab data check` is about, such as near, languages "
        "or seen; may be repeated",
    )

    action("list", data.listing, "List your datasets, newest first.", json=True)

    words = "Find labels that are probably wrong: models that have not seen them contradict them."
    asking = action("suspicious", suspicious.suspicious, words, json=True)
    _add_dataset(asking)
    asking.add_argument(
        "--limit", metavar="N", help=f"how many to print (default: {suspicious.SHOWN})"
    )

    words = "Flip the labels of some reviews, in a new version of the dataset."
    correcting = action("relabel", suspicious.relabel, words, json=True)
    _add_dataset(correcting)
    correcting.add_argument(
        "--reviews", metavar="N,N,…", required=True, help="their numbers, as `suspicious` has them"
    )
    correcting.add_argument(
        "--name", help='the name of the new version (default: "NAME, version 2")'
    )

    renaming = action("rename", data.rename, "Rename a dataset.")
    _add_dataset(renaming)
    renaming.add_argument("name", metavar="NAME", help="its new name")

    deleting = action("delete", data.delete, "Delete a dataset that no run needs.")
    _add_dataset(deleting)
    deleting.add_argument("--yes", action="store_true", help="do not ask for confirmation")


def add_file_choices(parser: argparse.ArgumentParser) -> None:
    """Add the flags that say how a file of labelled reviews is read."""
    for flag, metavar, words in (
        ("--text-column", "NAME", "the column of the file that holds the reviews"),
        ("--label-column", "NAME", "the column of the file that holds the labels"),
        ("--positive", "LABEL", "the label of the file that means positive"),
        ("--encoding", "NAME", "the encoding of the file where it is not Unicode, such as cp949"),
    ):
        parser.add_argument(flag, metavar=metavar, help=f"{words} (default: detected)")


def _add_dataset(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "dataset", metavar="DATASET", help="its id, the start of its id, or its name"
    )
