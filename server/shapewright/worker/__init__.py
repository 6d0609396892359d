"""Child side: runs in the user's interpreter with the standard library, torch and `wire`, and nothing else."""
