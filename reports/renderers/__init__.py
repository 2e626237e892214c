"""Renderers: a report's dataclass in, the bytes of a file out. No models, no settings."""
