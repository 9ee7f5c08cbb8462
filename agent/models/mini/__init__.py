"""The embedded eye: a small Qwen2-VL of the real architecture, trained from scratch on what the virtual phone draws."""

from pathlib import Path

FOLDER = Path(__file__).parent / "weights"
"""The checkpoint that the package carries, in the form in which any Qwen2-VL checkpoint is stored."""
