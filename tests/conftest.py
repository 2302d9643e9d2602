"""Property tests: no deadline, for a busy machine is no bug; the same examples each time where CI is set.
`make quick` tries every law with fewer examples.

Visits without a browser: Streamlit looks through every installed package for components of pages,
anew for each visitor. What is installed does not change while the tests run, so once is enough.
"""

import os
from functools import cache

from hypothesis import settings
from streamlit.components.v2 import manifest_scanner

settings.register_profile("here", deadline=None)
settings.register_profile("continuous", deadline=None, derandomize=True)
settings.register_profile("quick", deadline=None, max_examples=20)
settings.load_profile("continuous" if os.environ.get("CI") else "here")

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
