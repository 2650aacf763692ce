"""Two processes that do the same at once."""

import subprocess
import sys


def answers_of_two(code: str, *arguments: str) -> list[str]:
    """What each of two processes prints, in the order of their answers' text.

    The code prints "ready", reads a line, and then does what is to be done at once.
    """
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    return sorted(process.communicate()[0].strip() for process in processes)
