"""How honest the verdicts are: how often they claim what is not so, and see what is.

Draws groups of seeds from simulated networks whose truth is known (`benchmarks.laws`) and from
pools of really trained ones (`benchmarks.pools`), and asks `rnnlab.compare` for the verdict.

Run with: make bench-verdict (with 1,000 draws a figure; `--full` for 5,000)
"""

import argparse
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor

from benchmarks import draws, pools
from benchmarks.laws import Law

LAWS = {
    "no seed noise": Law(0.0),
    "seed noise 0.3 points": Law(0.003),
    "seed noise 1 point": Law(0.01),
    "seed noise 3 points": Law(0.03),
    "1 seed of 10 stuck": Law(stuck=0.1),
    "3 seeds of 10 stuck": Law(stuck=0.3),
    "5 seeds of 10 stuck": Law(stuck=0.5),
    "bad tail, 1 point": Law(0.01, tail="bad"),
    "heavy tails, 1 point": Law(0.01, tail="heavy"),
}
SIZES = ((3, 3), (5, 5), (10, 10), (3, 10))
ONE_SIDED = {
    **{f"{share:.0%} of seeds stuck": Law(stuck=share) for share in (0.05, 0.1, 0.2, 0.3, 0.5)},
    "bad tail, 1 point": Law(0.01, tail="bad"),
    "bad tail, 3 points": Law(0.03, tail="bad"),
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="5,000 draws a figure")
    count = 5_000 if parser.parse_args().full else 1_000
    began = time.perf_counter()
    missing = sorted(set(pools.NAMES) - set(pools.available()))
    if missing:
        print(f"No pool of {', '.join(missing)}: `python -m benchmarks.pools` trains it.")
    with ProcessPoolExecutor(2) as pool:
        tables = [table(pool.submit, count) for table in TABLES]
        for title, columns, rows in tables:
            print(f"\n{title}\n  {'':<44}" + "".join(f"{column:>10}" for column in columns))
            for name, cells in rows:
                print(f"  {name:<44}" + "".join(f"{_text(cell):>10}" for cell in cells), flush=True)
    noise = 100 * 1.96 * (0.05 * 0.95 / count) ** 0.5
    print(
        f"\nIn %; {count:,} draws a figure, so 5 % is known to ±{noise:.1f}. "
        f"{time.perf_counter() - began:.0f} s in all."
    )


Table = tuple[str, Sequence[str], list[tuple[str, list]]]
Submit = Callable[..., Future]


def no_difference(submit: Submit, count: int) -> Table:
    """Claims where both sides have the same law."""
    rows = []
    for same in (True, False):
        what = "same settings" if same else "other network"
        for name, law in LAWS.items():
            cells = [
                submit(draws.simulated, [law, law], sizes, draws=count, same=same)
                for sizes in SIZES
            ]
            rows.append((f"{name}, {what}", [_of(cell, "claims") for cell in cells]))
    for name in pools.available():
        cells = [submit(draws.drawn, name, name, sizes, draws=count) for sizes in SIZES]
        rows.append((f"trained {name}", [_of(cell, "claims") for cell in cells]))
    return "Equal networks: claims of a difference; honest is 5 or less", _heads(), rows


def one_side_fails(submit: Submit, count: int) -> Table:
    """Claims where one side alone sticks or has a bad tail."""
    columns = [f"{what} {seeds}" for what in ("typical", "mean") for seeds in (3, 5, 10)]
    rows = []
    for name, law in ONE_SIDED.items():
        steady = Law(0.01) if law.tail == "bad" else Law(law.sd)
        typical = [submit(draws.simulated, [steady, law], (n, n), draws=count) for n in (3, 5, 10)]
        shift = law.mean() - steady.mean()
        means = [
            submit(draws.simulated, [steady, law], (n, n), shifts=[shift, 0.0], draws=count)
            for n in (3, 5, 10)
        ]
        cells = [_of(cell, "claims") for cell in typical] + [
            _of(cell, "mean_claims") for cell in means
        ]
        rows.append((name, cells))
    if set(pools.available()) >= {"onehot-rnn", "embedding-rnn"}:
        rows += _made_equal(submit, count)
    return (
        "One side fails; typical seeds equal (left), means equal (right): false claims",
        columns,
        rows,
    )


def _made_equal(submit: Submit, count: int) -> list[tuple[str, list]]:
    """The same for the trained pools: one-hot networks worsened to the embedding's accuracy."""
    rows: list[tuple[str, list]] = []
    for what, worsened in (("typical seeds", "typical"), ("means", "mean")):
        cells = [
            submit(draws.drawn, "onehot-rnn", "embedding-rnn", (n, n), worsen=worsened, draws=count)
            for n in (3, 5, 10)
        ]
        key = "claims" if worsened == "typical" else "mean_claims"
        measured: list = [_of(cell, key) for cell in cells]
        blank: list = ["", "", ""]
        row = measured + blank if worsened == "typical" else blank + measured
        rows.append((f"trained: {what} made equal", row))
    return rows


def peeking(submit: Submit, count: int) -> Table:
    """Claims at any look, when seeds are added one by one."""
    rows: list[tuple[str, list]] = []
    for name, law in LAWS.items():
        cell = submit(draws.peeked, law, 20, count)
        rows.append((name, [_of(cell, top) for top in (5, 10, 20)]))
    for name in pools.available():
        cell = submit(draws.peeked_pool, name, 10, count)
        rows.append((f"trained {name}", [*(_of(cell, top) for top in (5, 10)), ""]))
    title = "Looking after each seed from 3 on: a claim at any look; honest is 5 or less"
    return title, ["to 5", "to 10", "to 20"], rows


def six_equal(submit: Submit, count: int) -> Table:
    """Any claim and any interval off 0 among six equal networks; power beside four others."""
    rows = []
    for name in ("seed noise 0.3 points", "seed noise 1 point", "3 seeds of 10 stuck"):
        cell = submit(draws.six, LAWS[name], count)
        rows.append((name, [_of(cell, key) for key in ("claims", "drawn", "alone", "among")]))
    columns = ["any claim", "any off 0", "alone", "among 6"]
    return (
        "Six networks, 5 seeds: equal; and two apart by 2 points, alone and beside 4 far behind",
        columns,
        rows,
    )


def coverage(submit: Submit, count: int) -> Table:
    """How often intervals hold the truth."""
    rows = []
    for name in ("seed noise 0.3 points", "seed noise 1 point", "seed noise 3 points"):
        law = LAWS[name]
        cells = [submit(draws.simulated, [law, law], (n, n), draws=count) for n in (3, 5, 10)]
        rows.append((f"difference, {name}", [_of(cell, "covered") for cell in cells]))
        cells = [submit(draws.sliced, law, n, count) for n in (3, 5, 10)]
        rows.append((f"slice of a side, {name}", cells))
    rows.append(
        (
            "slice of a side, 3 seeds of 10 stuck",
            [submit(draws.sliced, LAWS["3 seeds of 10 stuck"], n, count) for n in (3, 5, 10)],
        )
    )
    rates = [draws.failure_coverage(n) for n in (3, 5, 10)]
    rows.append(("failure rate (exact), mean over rates", [mean for mean, _ in rates]))
    rows.append(("failure rate (exact), lowest", [low for _, low in rates]))
    return "Coverage of the intervals", ["3 seeds", "5 seeds", "10 seeds"], rows


def equivalence(submit: Submit, count: int) -> Table:
    """Equivalence claimed where the true gap is the margin, and where there is no gap."""
    rows = []
    for gap in (0.01, 0.0):
        for name in ("no seed noise", "seed noise 0.3 points", "seed noise 1 point"):
            law = LAWS[name]
            cells = [
                submit(
                    draws.simulated,
                    [law, law],
                    (n, n),
                    shifts=[gap, 0.0],
                    draws=count // 2,
                    reviews=25_000,  # fewer cannot show it
                )
                for n in (3, 5, 10)
            ]
            what = "gap = margin" if gap else "no gap"
            rows.append((f"{name}, {what}", [_of(cell, "equivalent") for cell in cells]))
    return (
        "25,000 reviews: “within 1 point of each other” is said",
        ["3 seeds", "5 seeds", "10 seeds"],
        rows,
    )


def power(submit: Submit, count: int) -> Table:
    """Claims of the better side, on 5,000 reviews."""
    rows = []
    for gap in (0.01, 0.02, 0.05):
        for sd in (0.003, 0.01, 0.03):
            cells = [
                submit(
                    draws.simulated,
                    [Law(sd), Law(sd)],
                    (n, n),
                    shifts=[gap, 0.0],
                    draws=count,
                    reviews=5_000,
                )
                for n in (3, 5, 10)
            ]
            name = f"{100 * gap:.0f} points, seed noise {100 * sd:g} points"
            rows.append((name, [_of(cell, "a") for cell in cells]))
    return "Power: the better side is called better", ["3 v 3", "5 v 5", "10 v 10"], rows


TABLES = (no_difference, one_side_fails, peeking, six_equal, coverage, equivalence, power)


def _heads() -> list[str]:
    return [f"{a} v {b}" for a, b in SIZES]


def _of(cell: Future, key: str | int) -> tuple[Future, str | int]:
    return cell, key


def _text(cell: tuple[Future, str | int] | Future | float | str) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, tuple):
        value = cell[0].result()[cell[1]]
    else:
        value = cell.result() if isinstance(cell, Future) else cell
    return f"{100 * value:.1f}"


if __name__ == "__main__":
    main()
