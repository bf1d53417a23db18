"""Marsad (مرصد, observatory): Arabic-language conflict reporting in, defensible event data out.

Reports flow one way through rooms: `sources -> text -> coding -> incidents -> store -> review -> publish / web`.
What we know about the world is data in `knowledge/`. Any published number can be walked back to its words.
"""

__version__ = "0.1.0"
