"""No sentence may claim a winner, except where the corrected test that backs it is."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A maximum is told as one: "Highest: ...".
CLAIMS = re.compile(
    r"\b(leads|leading|leaders?\b|in the lead|ahead|wins|beats|outperforms?|superior|on par|"
    r"are level|none comes close|comes close to|loses most|ranks best|best calibrated|"
    r"(is|are) (the )?best|is better|is worse|strongest|most accurate)",
    re.IGNORECASE,
)
BACKED = {"ranking.py", "verdict.py", "wording.py", "outcome.py"}  # of rnnlab/compare
ALLOWED = {
    "A is better",  # values of `Outcome`, which the JSON documents have
    "B is better",
    "Find out which run, or which group of seeds, is better, and how certain that is.",
    "Which model is better, how certain that is, and what it costs.",
    "Which architecture is better when each is well set?",
}


def files():
    folders = ("rnnlab", "ui", "pages")
    paths = [ROOT / "app.py", *(path for name in folders for path in (ROOT / name).rglob("*.py"))]
    return [path for path in paths if path.parent.name != "export"]  # whose texts are programs


def sentences(path):
    """The texts of a file that have a space, as words for people do; without docstrings."""
    tree = ast.parse(path.read_text())
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and " " in text.strip() and id(node) not in docs:
            yield text


def test_no_sentence_claims_a_winner_unbacked():
    claims = [
        (str(path.relative_to(ROOT)), text)
        for path in files()
        if not (path.parent.name == "compare" and path.name in BACKED)
        for text in sentences(path)
        if CLAIMS.search(re.sub("<[^>]*>?", "", text)) and text not in ALLOWED
    ]
    assert claims == []
