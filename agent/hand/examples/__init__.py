"""Scripts that work real programs on a private desktop: to run, to read and to copy.

Each is a program, such as `python -m handsight.hand.examples.calculator`, and says which packages it needs.
"""
