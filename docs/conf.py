"""The site: `make docs` builds it from the pages beside this file, and asks no network."""

from importlib.metadata import version as version_of

project = "tc-resources"
release = version = version_of("tc-resources")
extensions = ["myst_parser"]
exclude_patterns = ["site"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_title = f"tc-resources {version}"
html_copy_source = False
html_show_sphinx = False
