"""The builder of the book: runs the chapters, judges their claims, binds the site."""

import sys

# jsonschema, which nbformat imports, would build a grammar of international addresses, for more
# than half of the time that the command takes to load. Nothing here checks such addresses, and
# jsonschema does without it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
