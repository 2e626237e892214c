"""Backups: one archive with the database, the files and the secret key, checked twice.

An archive is a gzipped tar. Its first member, `manifest.json`, names every other member
with its size and SHA-256, the rows of each table, and the migrations of the database.
"""
