"""The exit codes, as the help of a command tells them."""

from __future__ import annotations

ENDS = """\b
Exit codes:
  0    done: the model says so, or a check verified it
  1    failed, or an error such as a lost phone
  2    what was asked for cannot be carried out as it is
  3    stuck: the same without effect, again and again
  4    out of budget: steps, seconds or tokens
  5    a person has to decide, and nobody is there to ask
  130  stopped by Ctrl-C"""

CALL_ENDS = """\b
Exit codes of a call:
  0    the tool did it
  1    it could not, or you said no
  2    there is no such tool, or the arguments do not fit
  5    it asks first, and nobody is there to ask
  130  stopped by Ctrl-C"""
