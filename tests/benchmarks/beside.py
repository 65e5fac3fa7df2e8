"""trafilatura, one page at a time: a line of JSON in, a line of JSON out; for the Python that has it installed.

A line has `url` and `html`. Its answer has the CPU `seconds` that trafilatura took, and `body`, `title`, `authors` and
`date` as it found them. This file imports only the standard library and the extractor.
"""

import json
import logging
import sys
import time
from typing import Any


def main() -> None:
    """Answer each line of standard input until it ends."""
    import trafilatura

    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        page = json.loads(line)
        started = time.process_time()
        found: Any = trafilatura.bare_extraction(
            page["html"], url=page["url"], include_comments=False, with_metadata=True
        )
        answer = {"seconds": time.process_time() - started, "body": "", "title": None, "authors": "", "date": None}
        if found:
            answer["body"], answer["authors"] = found.text or "", found.author or ""
            answer["title"], answer["date"] = found.title, found.date
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
