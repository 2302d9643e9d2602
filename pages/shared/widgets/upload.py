"""The file uploader, mended for screen readers."""

from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from pages.shared.widgets.unseen import unseen

# The frame around the upload button has a name and takes the focus, but says it is "presentation":
# browsers must ignore one of the two. As a named section it says what it is.
_mend = unseen(
    "upload_mend",
    """export default () => {
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
