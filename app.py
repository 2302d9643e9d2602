"""Entry point: the list of pages is the table of contents, and nothing else.

Streamlit reads this file twice: imported, it says how the server meets the network; as a script, it runs
for every visitor.
"""

import streamlit as st

if __name__ == "__main__":
    from pages.shared import nav

    nav.route()
else:
    from pages.shared.door import MIDDLEWARE

    app = st.App(__file__, middleware=MIDDLEWARE)
