"""What readers are shown of an article, in words."""

from dataclasses import replace

import pytest

from index.types import Article, Status

FERRY = Article("a", "Text.", "Ferry strikes pier", "Herald", published="2026-03-12T08:30:00+01:00")


@pytest.mark.parametrize(
    ("article", "line"),
    [
        (FERRY, "Herald, “Ferry strikes pier”, 12 March 2026"),
        (replace(FERRY, source=""), "“Ferry strikes pier”, 12 March 2026"),
        (replace(FERRY, title="", published=""), "Herald"),
        (Article("a", "Text."), ""),
        (replace(FERRY, updated="2026-03-12T20:00:00+01:00"), "Herald, “Ferry strikes pier”, 12 March 2026"),
        (
            replace(FERRY, updated="2026-03-14"),
            "Herald, “Ferry strikes pier”, 12 March 2026 (updated 14 March 2026)",
        ),
        (
            replace(FERRY, updated="2026-03-12", status=Status.CORRECTED),
            "Herald, “Ferry strikes pier”, 12 March 2026 (corrected 12 March 2026)",
        ),
        (
            replace(FERRY, status=Status.WITHDRAWN),
            "Herald, “Ferry strikes pier”, 12 March 2026 (withdrawn)",
        ),
        (Article("a", "Text.", status=Status.WITHDRAWN), "(withdrawn)"),
    ],
)
def test_reference_names_outlet_title_day_and_what_changed_since(article, line):
    assert str(article.reference) == line
