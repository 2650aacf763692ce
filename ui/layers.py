"""The layer table, as the Train page and a run's own page show it."""

from rnnlab import format, params
from rnnlab.config import RunConfig
from ui import theme


def table(config: RunConfig) -> str:
    """Return the layers as Keras's `summary()` lists them, and their bytes, as HTML."""
    rows = params.layers(config)
    body = "".join(
        f"<tr><td>{theme.text(row.name)} <small>({theme.text(row.type)})</small></td>"
        f"<td>{theme.text(row.output_shape)}</td><td>{row.parameters:,}</td>"
        f"<td>{format.size(row.bytes)}</td></tr>"
        for row in rows
    )
    total = sum(row.parameters for row in rows)
    size = format.size(sum(row.bytes for row in rows))
    return (
        '<div class="lab-scroll"><table class="lab-table lab-layers"><thead><tr>'
        "<th>Layer (type)</th><th>Output shape</th><th>Parameters</th><th>Bytes</th></tr></thead>"
        f"<tbody>{body}</tbody><tfoot><tr><td>Total</td><td></td><td>{total:,}</td>"
        f"<td>{size}</td></tr></tfoot></table></div>"
    )
