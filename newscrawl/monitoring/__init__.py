"""Judging a run.

In the order of a run's end:

- `run_name.py`: the name that a run's log, report and files bear.
- `observations.py`: what a run shows of itself while it goes on.
- `reports.py`: the report that is made of it; how reports are written, read and removed.
- `canary.py`: did the pages change? The report compared with those of earlier runs.
- `verdict.py`: the exit status, by an ordered table of rules.
- `notifications.py`: heartbeat, webhook, metrics.
- `end_of_run.py`: all of these, one after the other.

Beside them: `audit.py` (what `scrapy audit` compares), `doctor_findings.py` (what the findings of `scrapy doctor`
mean), `logs.py` (how log lines are written).
"""
