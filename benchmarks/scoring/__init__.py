"""Scores of what models answer, as the benchmarks' authors define them, and what it takes to run and record them."""
