"""`make bench`: the figures of speed and size, measured on this machine."""
