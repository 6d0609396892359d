"""What the source says before anything runs: names, classes, bases, half-typed files. Only here is jedi known."""
