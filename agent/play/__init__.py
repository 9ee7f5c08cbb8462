"""Task files: steps, checks and data in YAML or as a checklist, played by a hand."""
