"""Readers: from a source in any known format to a `Reading`. One module a format; formats.py lists them."""
