"""The tables of the READMEs that are printed from the code: `make docs`."""
