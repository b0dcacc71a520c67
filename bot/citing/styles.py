"""The names of the styles, which load nothing else."""

STYLES = ("footnotes", "markdown", "chicago", "apa", "mla", "bibtex", "ris")
# What a reference manager reads: only the sources, not the answer.
DATABASES = ("bibtex", "ris")
