"""Scripts that read like instructions: `hand.tap("Wi-Fi")`, `hand.type("milk", into="Title")`."""

from handsight.hand.hand import Hand as Hand
