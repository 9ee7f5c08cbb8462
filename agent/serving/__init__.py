"""A device for the clients of another program: looked at, touched and worked on by calls from outside."""

from handsight.serving.served import Served as Served
