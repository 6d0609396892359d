"""What holds for every test."""

from hypothesis import settings

# The same examples each time: a change is judged by what it does, and not by which examples its run happened to draw.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
