"""The field for a text, as pages get what is typed in it."""

from streamlit.testing.v1 import AppTest


def page_with_a_field():
    import streamlit as st

    from ui import text_field

    st.session_state.setdefault("typed", "good—bad &amp; don’t")
    st.code(text_field.text_area("Your text", key="typed", placeholder="", height=100))


def test_text_is_folded_once_so_that_words_are_changed_where_they_are_read(lab_home):
    at = AppTest.from_function(page_with_a_field).run()
    assert not at.exception
    assert at.code[0].value == "good-bad & don't"
