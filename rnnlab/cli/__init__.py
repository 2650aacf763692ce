"""The command line: `rnnlab COMMAND`, also started as `python -m rnnlab COMMAND`.

Owns exit codes and what goes where: with --json one document on stdout and nothing else; messages
and progress on stderr. Codes: 0 done; 1 the run did not finish; 2 bad usage or a bad value; 130
interrupted. `flags` says what can be typed, `commands` does it, `watch` follows a run, `tables`
prints for people. Everything slow to import is imported by the command that needs it.
"""

import io
import os
import sys
from collections.abc import Sequence

from rnnlab.cli import flags
from rnnlab.cli.output import say
from rnnlab.errors import RnnlabError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line, by default this process's; return its exit code.

    Bad usage raises SystemExit.

    >>> main(["params", "--arch", "lstm", "--maxlen", "5000"])  # says why on stderr
    2
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a review may hold what no terminal can show
    options = flags.parser().parse_args(arguments)
    try:
        code = options.command(options)
        print(end="", flush=True)
        return code
    except RnnlabError as error:
        say(f"rnnlab: {error}")
        return 2
    except KeyboardInterrupt:
        say("")
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python from complaining at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        say(f"rnnlab: the output cannot be written ({error.strerror}): check where it goes")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
