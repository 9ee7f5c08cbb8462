"""Task files to copy, for the virtual phone and for real programs on a private desktop."""
