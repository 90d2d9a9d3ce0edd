"""Modules that mycc made of the packages in `outer`."""
