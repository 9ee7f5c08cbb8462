"""Work out a sum on a calculator, by its keys. Needs: apt install galculator."""

from handsight import open_hand


def main(sum_: str = "7*8-6=") -> str:
    with open_hand("private:800x600,galculator") as hand:
        for key in sum_:
            hand.tap(f'"{key}"')
        hand.wait_for("50")
        return "50"


if __name__ == "__main__":
    print(main())
