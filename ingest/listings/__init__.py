"""What lists pages: feeds and sitemaps."""
