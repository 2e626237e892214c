"""What may be uploaded as evidence, and how a disguised file is recognized.

`kinds.py` has the list of what is taken; `checking.py` decides about one upload, and
asks a module for each family of formats. Content decides, the ending only says which
content is expected. Nothing is ever unpacked, and nothing is read whole into memory.
"""

from assessments.services.files.archives import Listing, listing_of
from assessments.services.files.checking import check_file
from assessments.services.files.kinds import ACCEPT, TYPES_TEXT, ZIP_TYPE
from assessments.services.files.refusals import RefusedFile
from assessments.services.files.storing import safe_name, sha256, store_file

__all__ = [
    "ACCEPT",
    "TYPES_TEXT",
    "ZIP_TYPE",
    "Listing",
    "RefusedFile",
    "check_file",
    "listing_of",
    "safe_name",
    "sha256",
    "store_file",
]
