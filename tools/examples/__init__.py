"""Tools to copy and to change: each asks a web service about what stands on a screen."""
