"""Run a command in a terminal and read what it says. Needs: apt install xterm."""

from handsight import open_hand


def main() -> str:
    with open_hand("private:1024x768,xterm -fa Monospace -fs 14") as hand:
        hand.type('echo "The answer is $((6 * 7))"\n')
        hand.wait_for("The answer is 42")
        hand.type("printf '%s\\n' Grüße: 你好\n")
        hand.wait_for("Grüße:")
        return "42"


if __name__ == "__main__":
    print(main())
