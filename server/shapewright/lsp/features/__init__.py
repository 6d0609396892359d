"""One LSP feature, one file. Each has a `register` that takes the window."""
