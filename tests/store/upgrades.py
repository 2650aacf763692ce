"""What tests of upgraded labs share: opening one in a process, and the tables that it has."""

import json

import sqlalchemy as sa

# Says how many runs there are, once it is told to.
OPEN = """
import sys
from rnnlab.store import RunStore
print("ready", flush=True)
sys.stdin.readline()
print(len(RunStore(sys.argv[1]).runs()))
"""


def tables(url):
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    described = {
        table: (
            {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in inspector.get_columns(table)
            },
            sorted(json.dumps(index) for index in inspector.get_indexes(table)),
        )
        for table in inspector.get_table_names()
    }
    engine.dispose()
    return described
