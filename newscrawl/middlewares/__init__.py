"""What lies between spider and network.

Read in this order: `refusals.py` (why a request is refused, one exception a reason), `network_errors.py` (the names of
other errors), `robots.py`, `redirects.py`,
`compression.py` (whole answers), `politeness.py` (retries, pauses, the end at a block), `stopping.py` (no more goes
out), and `requests.py` (no request is made twice).
"""
