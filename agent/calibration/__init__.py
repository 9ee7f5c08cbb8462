"""Measure where a model's numbers lie: show it targets at known places, and see which convention its answers follow."""

from __future__ import annotations

from handsight.calibration.asking import Answer, ask
from handsight.calibration.sheets import QUESTIONS, Sheet, Target, draw_sheets
from handsight.calibration.verdict import Report, judge

__all__ = ["QUESTIONS", "Answer", "Report", "Sheet", "Target", "ask", "draw_sheets", "judge"]
