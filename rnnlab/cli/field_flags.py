"""The flags of a run's settings: one for each field, and the preset they start from."""

import argparse
from collections.abc import Collection
from typing import Any

from rnnlab.config import ARCHITECTURES, FIELDS, PRESETS
from rnnlab.field import Field

PRESET_NAMES = ", ".join(PRESETS)


def add_config(parser: argparse.ArgumentParser) -> None:
    """Add a flag for each field. Their texts are parsed, and bounded, by `config.FIELDS` alone."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--preset", metavar="NAME", help=f"start from these settings: {PRESET_NAMES}"
    )
    which.add_argument("--arch", metavar="NAME", help="the network: " + ", ".join(ARCHITECTURES))
    add_fields(parser)


def add_fields(
    parser: argparse.ArgumentParser,
    *,
    about: str = "Fields left out keep the preset's value.",
    leave_out: Collection[str] = ("arch",),
) -> None:
    """Add a flag for each field that is not left out, under a heading of their own."""
    fields = parser.add_argument_group("fields", about)
    for field in FIELDS.values():
        if field.name in leave_out:
            continue
        options: dict[str, Any] = {"dest": field.name, "metavar": _metavar(field)}
        flag = f"--{field.name.replace('_', '-')}"
        if field.kind is bool:
            options |= {"nargs": "?", "const": "true"}
            fields.add_argument(
                f"--no-{flag.removeprefix('--')}",
                dest=field.name,
                action="store_const",
                const="false",
                help=argparse.SUPPRESS,
            )
        fields.add_argument(flag, help=field.help.replace("%", "%%"), **options)
        if "_" in field.name:
            fields.add_argument(f"--{field.name}", help=argparse.SUPPRESS, **options)


def _metavar(field: Field) -> str:
    if field.pattern:
        return "|".join((*field.choices, "NAME"))
    return "|".join(field.choices) or field.limit.replace(" or ", "|")
