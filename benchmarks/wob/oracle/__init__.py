"""The oracle: it reads a page's DOM to know what to do and where, and does it by mouse and keys alone.

It tells whether the harness works (display, browser, pointer, keys, waiting, scoring), and nothing about any agent.
"""
