"""How things are written, once for pages, reports and commands. No database here."""
