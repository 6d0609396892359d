"""One file per format. Each turns a `Result` into text and decides nothing else."""
