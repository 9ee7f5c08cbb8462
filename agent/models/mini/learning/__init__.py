"""How the mini model learns: batches, a forward pass made for training, what is asked of it, and the optimiser."""
