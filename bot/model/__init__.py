"""The writer that asks a language model, and checks what it says."""
