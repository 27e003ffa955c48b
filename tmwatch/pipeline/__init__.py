"""Where the layers meet: fetch, store, evaluate, queue, deliver. It calls the core to decide and the edges to act."""
