"""A model of a user's own that says what it was asked and shown, named on the command line as talker:Echo."""

import threading

from handsight.errors import ModelUnreachable
from handsight.types import Clip, Picture, Reply


def heard(prompt):
    """The last question in words, each picture and video of it by its size, and how many questions came before."""
    words = []
    for part in prompt.messages[-1].parts:
        if isinstance(part, Picture):
            words.append("picture {}x{}".format(*part.sent))
        elif isinstance(part, Clip):
            words.append(f"video from {part.seconds[0]:g} s")
        else:
            words.append(part)
    before = sum(message.role == "user" for message in prompt.messages) - 1
    return f"[{before}] You said: {', '.join(words)}."


class Echo:
    name = "echo"

    def generate(self, prompt):
        return Reply(heard(prompt), 100, 10)

    def stream(self, prompt, tell):
        reply = self.generate(prompt)
        if "be silent" in reply.text:
            threading.Event().wait()
        if "wait" in reply.text:
            tell("One ")
            tell("two")
            threading.Event().wait()
        if "fail" in reply.text:
            raise ModelUnreachable("nobody is there")
        for word in reply.text.split(" "):
            tell(word + " ")
        if "at length" in reply.text:
            return Reply(reply.text + " ", finish="length")
        return Reply(reply.text + " ", 100, 10)
