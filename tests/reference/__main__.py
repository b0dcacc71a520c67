"""Prints the tables anew into every page that has a place for one."""

from tests.reference.blocks import filled, pages

for page in pages():
    text = page.read_text(encoding="utf-8")
    if (now := filled(text)) != text:
        page.write_text(now, encoding="utf-8")
        print(f"{page} is up to date again.")
