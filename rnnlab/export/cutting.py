"""How exported code cuts a text into words: rnnlab's own functions, as source.

Owns what a script or a notebook needs for that: imports, packages, and the function `cut`.
"""

import inspect
import pprint
import re
from collections.abc import Callable, Iterable, Iterator

from rnnlab import text, tokenizers
from rnnlab.tokenizers import WORDS

IMPORTS = ("html", "re", "unicodedata")


def packages(tokenizer: str) -> tuple[str, ...]:
    """Return what pip is to install for a tokenizer."""
    if tokenizer.startswith(tokenizers.KOREAN):
        version = tokenizer.rpartition("-")[2]
        return (f'"{tokenizers.PACKAGE}=={version}.*"',)
    return ()


def source(tokenizer: str = WORDS) -> str:
    """Return the source of `cut`, which gives a text's words, and of what it calls."""
    functions: list[Callable] = [text._folded, text.fold]
    before = ""
    if tokenizer == WORDS:
        functions.append(text.tokenize)
        call = "tokenize(fold(text))"
    elif tokenizer.startswith(tokenizers.KOREAN):
        functions.append(tokenizers.morphemes_of)
        before = f"from {tokenizers.PACKAGE} import Kiwi\n\nKIWI = Kiwi(num_workers=1)\n"
        call = "morphemes_of(text, KIWI)"
    else:
        functions.append(tokenizers.characters_of)
        call = f"characters_of(text, {tokenizer.rpartition('-')[2]})"
    constants = "\n".join(dict.fromkeys(_constants(functions)))
    sources = "\n\n".join(inspect.getsource(function) for function in functions)
    return f"{before}{constants}\n\n\n{sources}\n\n{_CUT.format(call=call)}"


def _constants(functions: Iterable[Callable]) -> Iterator[str]:
    """Yield a line for each constant of their modules that the functions name."""
    for function in functions:
        for name in function.__code__.co_names:
            value = function.__globals__.get(name)
            if isinstance(value, re.Pattern):
                yield f"{name} = re.compile({value.pattern!a}, {int(value.flags)})"
            elif isinstance(value, (int, str)):
                yield f"{name} = {value!a}"
            elif isinstance(value, dict):
                yield f"{name} = {_wrapped(value)}"


def _wrapped(value: dict) -> str:
    pairs = pprint.pformat(list(value.items()), width=96, compact=True)
    return f"dict(\n    {pairs}\n)" if pairs.isascii() else f"dict({list(value.items())!a})"


_CUT = '''
def cut(text):
    """The words of a text, as the dataset's were cut."""
    return {call}
'''.lstrip()
