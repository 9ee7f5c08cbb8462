"""MiniWoB++ pages in a real browser on a display of its own, worked by mouse and keys, and what came of it."""
