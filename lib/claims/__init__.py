"""Claims and errata: checkable statements that a chapter makes and measures.

A chapter calls `claim` where it has measured something, and `erratum` where a document is wrong.
Both show a card on the page and ride in the output of the cell under a MIME type of their own, so
the executed notebook carries every measurement together with the bound that it was held to.
"""

from lib.claims.bounds import Bound, decode, encode, number
from lib.claims.cards import COLOURS, MARKS, anchor
from lib.claims.declare import KINDS, claim, erratum
from lib.claims.records import CLAIM_MIME, ERRATUM_MIME, Claim, Erratum, Kind, Status

__all__ = [
    "CLAIM_MIME",
    "COLOURS",
    "ERRATUM_MIME",
    "KINDS",
    "MARKS",
    "Bound",
    "Claim",
    "Erratum",
    "Kind",
    "Status",
    "anchor",
    "claim",
    "decode",
    "encode",
    "erratum",
    "number",
]
