"""A unit's sums, as they are written."""

import re

from rnnlab.inside.terms import Sum, Term
from ui.inside import sums


def test_a_negative_term_is_subtracted():
    terms = (Term("input", -0.014), Term("recurrent", -0.018), Term("bias", 0.005))
    text = re.sub("<[^>]+>", "", sums.table([Sum("i", terms, "sigmoid", 0.5)]))
    assert "−0.014 input" in text and "− 0.018 recurrent" in text and "+ 0.005 bias" in text
    assert "+ −" not in text
