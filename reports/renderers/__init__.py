"""Renderers: a report's dataclass in, the bytes of a file out. They know no models."""
