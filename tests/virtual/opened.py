"""An app on a small phone, open, and a field of it filled in."""

SMALL = {"size": (270, 600)}


def opened(thumb, name, **options):
    hand = thumb(**(SMALL | options))
    hand.phone.launch(f"org.handsight.{name}")
    hand.settle()
    return hand


def write(hand, field, text):
    hand.tap(field)
    hand.phone.text(text)
    hand.key(111)
