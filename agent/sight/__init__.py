"""What stands on a screen: its lines of text, what they name, and where to touch what is named."""
