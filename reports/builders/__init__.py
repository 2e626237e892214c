"""Builders: from rows and scores to the frozen dataclasses of reports/documents.py."""
