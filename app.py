"""Entry point: the list of pages is the table of contents, and nothing else."""

from pages.shared import nav

nav.route()
