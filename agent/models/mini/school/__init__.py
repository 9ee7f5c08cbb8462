"""Where the mini model learns: screens of the virtual phone, questions about them, and their answers."""
