"""What can be typed: commands and options, which load nothing heavy."""
