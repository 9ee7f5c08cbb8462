"""Asking a model about pictures, videos and screens, once or in a conversation. Nothing acts on what it answers."""

from handsight.talk.chat import Chat as Chat
from handsight.talk.chat import Talks as Talks
from handsight.talk.chat import ask as ask
from handsight.talk.history import History as History
