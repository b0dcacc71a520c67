"""Block Kit blocks, windows and the Home tab."""
