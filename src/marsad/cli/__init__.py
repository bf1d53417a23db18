"""The command line: parse, call, show. One module a group of commands; every error is one line in English and Arabic."""

from marsad.cli.app import main

__all__ = ["main"]
