"""Task files: steps, checks and data in YAML or as a checklist, played by a hand."""

from handsight.play.playing import Played as Played
from handsight.play.playing import play as play
