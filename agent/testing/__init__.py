"""Tests that look at a screen: pytest has the fixtures `hand`, `phone` and `desktop` wherever handsight is installed.

def test_a_note_is_kept(hand, phone):
    hand.open("Notes")
    hand.tap("New note")
    hand.type("Milk", into="Title")
    hand.tap("Save")
    assert phone.app("notes").notes[-1].title == "Milk"

def test_a_sum(desktop):
    hand = desktop("galculator")
    for key in "7*8=":
        hand.tap(f'"{key}"')
    hand.check("56")
"""
