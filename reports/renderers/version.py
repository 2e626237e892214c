"""The version of how reports look; printed in each, beside the scoring engine's."""

# Raise it when templates, words or tables change: a remade report of a sealed
# assessment then says why it is not byte for byte the one before.
LAYOUT_VERSION = "3"
