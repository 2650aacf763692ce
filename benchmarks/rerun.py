"""How long the server takes to run a page's script, without a browser.

Run as `python -m benchmarks.rerun PAGE TIMES [NAME=VALUE ...]` (a page such as "lab", and the
parameters of its URL) it prints the seconds of the first run and of the later ones as JSON; with
`--profile` instead of TIMES, the top of a profile of one later run on stderr.
"""

import cProfile
import json
import pstats
import sys
import threading

from streamlit.testing.v1 import AppTest

from benchmarks import harness

LINES = 30


def main(page: str, times: str, parameters: dict[str, str]) -> None:
    """Run the page and print JSON. Raises RuntimeError with the page's own exception."""
    app = AppTest.from_file(str(harness.ROOT / "app.py"), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    app.switch_page(f"pages/{page}.py")

    def run() -> None:
        app.run()
        if app.exception:
            raise RuntimeError(app.exception[0].value)

    first_s = harness.seconds(run)
    if times == "--profile":
        profile = cProfile.Profile()
        # The script runs in a thread of its own, which starts its own profile.
        threading.setprofile(lambda *_: profile.enable())
        run()
        threading.setprofile(None)
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(LINES)
        return
    print(json.dumps({"first_s": first_s, "s": [harness.seconds(run) for _ in range(int(times))]}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], dict(text.split("=", 1) for text in sys.argv[3:]))
