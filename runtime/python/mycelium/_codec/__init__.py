"""Specialised codecs: types, the source that is generated for each class, checks and JSON."""
