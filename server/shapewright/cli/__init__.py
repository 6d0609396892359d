"""The command line. Knows nothing of the language server."""
