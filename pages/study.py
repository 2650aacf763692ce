"""Study, /study?study=ID: which architecture is better when each is well set?"""

import streamlit as st

from rnnlab.charts import study as study_chart
from rnnlab.errors import RnnlabError
from ui import chart, links, live, reader, reviews, theme
from ui.study import controls, listing, results, summary, sweep_view

POLL_S = 1.0


def progress_bar(study_id: str) -> None:
    """Draw how far a running study is; the rest of the page follows the runs that end."""
    snapshot = reader.snapshot()
    study = next((study for study in snapshot.studies if study.id == study_id), None)
    if study is None or not study.state.active:
        return
    done = results.progress(study, snapshot)
    st.html(
        f'<div class="study-progress"><b>{theme.text(done.sentence)}</b>'
        + theme.bar(done.share, color="#3F7BFF", label="Share of runs done")
        + "</div>"
        + live.stuck_html(snapshot)
    )


snapshot = reader.snapshot()
live.follow(snapshot)
asked = st.query_params.get("study", "")
study = next((study for study in snapshot.studies if study.id == asked), None)
if study is None:
    listing.page(snapshot, asked)
    st.stop()

try:
    result, preparing = results.of_study(study, snapshot)
except RnnlabError as error:
    theme.error(error)
    st.stop()
with st.container(
    horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="study_bar"
):
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        links.to_view("All studies", icon=":material/arrow_back:", key="study_all", query={})
        st.html(summary.heading(study))
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        controls.show(result, snapshot)
theme.left_out(result.damaged)
st.html(summary.answer(result, preparing=preparing))
if study.state.active:
    st.fragment(progress_bar, run_every=POLL_S)(study.id)
if preparing:
    reviews.wait(study.spec.bases[0].dataset_id, "Preparing the reviews …")

if study.spec.sweep:
    clicked = sweep_view.show(result)
else:
    info = study_chart.search(result)
    st.html(f'<h3 class="lab-finding">{theme.text(info.title)}</h3>')
    clicked = chart.exportable(
        results.figure(info, theme.text_color()),
        key="study_search",
        label=study_chart.describe(info),
        title=info.title,
        file="study",
        compact=False,
    )
    st.caption(summary.legend(info))
if clicked and snapshot.get(clicked):
    st.switch_page("pages/run.py", query_params={"run": clicked})
st.html(summary.table(result, study_chart.colors(result)))
notes = list(filter(None, (summary.optimism(result), summary.warnings(result))))
for column, html in zip(st.columns(2, gap="large"), notes, strict=False):
    column.html(html)
if result.evaluated and (result.evaluated.verdicts or study.spec.sweep):
    gains = [candidate.gain for candidate in result.candidates if candidate.gain]
    pairs = [*result.evaluated.verdicts, *gains]
    with st.expander("Every pair, and what each verdict rests on", icon=":material/balance:"):
        for verdict in pairs:
            st.markdown(theme.markdown(f"{verdict.sentence} {verdict.findings}".strip()))
            st.caption(theme.markdown(verdict.rests_on))
st.caption(theme.markdown(summary.budget(result)))
