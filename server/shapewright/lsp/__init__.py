"""The language server. Only here are pygls and lsprotocol known, and only `convert` makes LSP types of the model."""
