"""How large packages are imported quickly."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Keras imports them where they are installed; neither training nor a saved model uses them.
KERAS_CAN_DO_WITHOUT = ("pandas", "sklearn")


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage while packages are imported, and look for none in them afterwards.

    What they define lives as long as the process. Collections take a fifth of the import of
    TensorFlow, and each full one after it would take 0.1 s or more.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Let imports of packages fail that are not imported yet, as if they were not installed."""
    left_out = {name: None for name in packages if name not in sys.modules}
    sys.modules.update(left_out)  # type: ignore[arg-type]  # an import then raises ImportError
    try:
        yield
    finally:
        for name in left_out:
            del sys.modules[name]
