"""The folder of one edition on disk: `articles/`, `headlines/`, `runs/`, the ledger, its state, the manifest, the lock.

The committed files are the truth, the ledger is an index of them. To read in this order:

- `lock.py`: one process at a time writes into the folder.
- `part_file.py`: a file that grows hidden, and the rename that commits it.
- `damage.py`, `files.py`: names of the committed files, and the reader of their lines, which names what is damaged.
- `manifest.py`: the checksums of the committed files.
- `taken_back.py`: contents that were written and turned out to be no articles.
- `near_duplicates.py`: signatures of texts, and the index of one run's.
- `database.py`, `indexing.py`, `ledger.py`: the ledger's tables, what a line writes into them, look-ups and notes.
- `state.py`, `seal.py`: what only the ledger knows, in a file of its own; the ledger's checksum between two runs.
- `run_state.py`: what one run has met, forgotten with it.
- `recovery.py`: the repair of what a dead run left, at the start.
- `old_layout.py`: archives of the earlier layout, which had one ledger for all editions.
- `older_archives.py`, `cdx_answers.py`, `older_captures.py`: other web archives, what their indexes and captures say.
- `archive.py`: the class `Archive`, which opens all this; `crawl_state.py`: how a crawl finds it.
- `read_only.py`: the same to be read alone, where nothing can be written.
- `schema.py`: the JSON Schema of a line; `misfit.py`: what of a line that can be read is damaged all the same.
"""
