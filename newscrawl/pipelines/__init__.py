"""What happens to a record between page and feed, one step a file, in this order.

`clean`, `require`, `interval`, `kinds`, `deduplicate` (within the run), `revise` (against earlier runs),
`near_duplicates`, `open_envelope`. `pipeline.py` holds what the steps share. Each step is a pure function in a thin
class that counts; an article passes them in its envelope (`FetchedArticle`), and the last step takes it out.
"""
