"""One module a format, each turning a document into articles, and what they share.

The text of an article has one form, whatever it was read from, so that each part can be quoted as it stands:

- Blocks (paragraphs, headings, lists, tables) are apart by a blank line; none holds one.
- A list has one item a line, after "- " or its number ("3. "). What belongs to an item stands under it,
  indented by the width of its marker.
- A table has one row a line, cells apart by " | ". Its headings are its first line, right above the rows, so
  that a row is quoted with the first line of its block. A cell that reaches over several rows or columns is
  written once, and leaves an empty place in the others, so that places line up; empty places at the end of a
  row are left out. A caption is a block of its own before the table.
"""
