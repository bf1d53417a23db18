"""Many reports, one happening: blocks, compares, scores, clusters and reconciles events into incidents.

In: coded reports, what the archive holds, and what people decided. Out: links with score and reasons, and incidents in which differing values
stay side by side with their claimants. Pure functions, no database; see docs/incidents.md for the method, the weights and the grades.
"""

from marsad.incidents.control import Change, changes_of, holder_on
from marsad.incidents.items import Item, items_of
from marsad.incidents.judged import standing
from marsad.incidents.origins import Quote, quotes
from marsad.incidents.reconcile import incident_id, reconcile
from marsad.incidents.series import Counted, series_of
from marsad.incidents.tolls import POLICIES
from marsad.incidents.update import Archive, Changes, Memory, link_all, update

__all__ = [
    "POLICIES",
    "Archive",
    "Change",
    "Changes",
    "Counted",
    "Item",
    "Memory",
    "Quote",
    "changes_of",
    "holder_on",
    "incident_id",
    "items_of",
    "link_all",
    "quotes",
    "reconcile",
    "series_of",
    "standing",
    "update",
]
