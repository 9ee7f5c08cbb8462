"""Readers of the data sets' own files, from a folder that the user names. Nothing is fetched, nothing is converted."""
