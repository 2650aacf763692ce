"""Compare, where one run of a group was trained by another TensorFlow."""

import pytest
import sqlalchemy as sa

from rnnlab.compare.groups import group_id
from rnnlab.store.schema import runs as run_rows
from tests.commands import document
from tests.pages.comparing import page, shown

pytestmark = pytest.mark.usefixtures("compared")


@pytest.fixture
def mixed(store, runs):
    """The third of three LSTMs is of TensorFlow 2.20.0."""
    other = {"keras": "3.15.1", "tensorflow": "2.20.0"}
    with store.database.writing() as connection:
        connection.execute(
            sa.update(run_rows).where(run_rows.c.id == runs[2].id).values(versions=other)
        )
    return runs


def test_run_of_another_version_is_left_out_until_versions_are_pooled(mixed):
    both = f"{group_id(mixed[0].config)},{group_id(mixed[3].config)}"
    at = page(runs=both)
    assert "LSTM × 2" in shown(at) and "LSTM × 3" not in shown(at)
    (caption,) = [c.value for c in at.caption if "other versions" in c.value]
    assert "left out: 1 run of LSTM × 2 (TensorFlow 2.20.0)" in caption.replace("\\", "")
    at.toggle(key="compare_pool").set_value(True).run()
    assert "LSTM × 3" in shown(at)
    assert at.query_params["pool"] == "1"
    assert any("counted too" in c.value for c in at.caption)


def test_lab_of_one_version_has_no_such_choice(runs):
    assert "compare_pool" not in [toggle.key for toggle in page().toggle]


def test_command_pools_versions_where_it_is_told_to(mixed, cli):
    names = [group_id(mixed[0].config), group_id(mixed[3].config)]
    compared = document(cli("compare", *names, "--json"))
    assert compared["metrics"][names[0]]["n"] == 2
    assert "1 run of LSTM × 2 left out: trained with another version" in str(compared)
    pooled = document(cli("compare", *names, "--pool-versions", "--json"))
    assert pooled["metrics"][names[0]]["n"] == 3
