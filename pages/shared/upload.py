"""The file uploader, mended for screen readers."""

from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

# The frame around the upload button has a name and takes the focus, but says it is "presentation":
# browsers must ignore one of the two. As a named section it says what it is.
_mend = st.components.v2.component(
    "upload",
    html="<span hidden>\n</span>",
    css=".st-key-upload_mend {\n  position: absolute; visibility: hidden;\n}",
    isolate_styles=False,  # the rule above is for the container outside: no gap in the layout
    js="""export default () => {
  const frames = "[data-testid=stFileUploaderDropzone][role=presentation]";
  const mend = () => document.querySelectorAll(frames).forEach(frame => frame.removeAttribute("role"));
  mend();
  const observer = new MutationObserver(mend);
  observer.observe(document.body, { childList: true, subtree: true });
  return () => observer.disconnect();
};""",
)


def upload(label: str, **options: Any) -> UploadedFile | None:
    """``st.file_uploader`` for one file, with the same options."""
    uploaded = st.file_uploader(label, **options)
    _mend(key="upload_mend")
    return uploaded
