"""The end of a run: it is judged, compared with earlier ones, written down, and those who asked for it are notified."""

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from newscrawl.monitoring.canary import bodies_from_fallback, find_regressions
from newscrawl.monitoring.notifications import notify_finished
from newscrawl.monitoring.observations import Observations
from newscrawl.monitoring.reports import RunFacts, read_reports, report_of, report_path, write_pages, write_report
from newscrawl.monitoring.verdict import STOPPED_RUN, FinishedRun, Verdict, verdict_of

logger = logging.getLogger("newscrawl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclusion:
    """What a run came to."""

    verdict: Verdict
    report: Mapping[str, Any]


def finish_run(
    facts: RunFacts,
    seen: Observations,
    stats: Mapping[str, Any],
    *,
    folder: Path,
    missing_share: float,
    floors: Mapping[str, float],
    environment: Mapping[str, str],
    spare_folder: Path | None = None,
) -> Conclusion:
    """Judge a run that had the archive, write its report into a folder, and notify.

    `folder` holds the reports of earlier runs of the edition. `missing_share` and `floors` are the settings
    `MISSING_SHARE` and `CANARY_FLOORS`; `environment` says whom to notify (`notifications.py`). A report that cannot be
    written goes into the spare folder, or into a temporary one, and the verdict is that the output was not written.
    """
    report = report_of(facts, seen, stats)
    earlier, damaged = read_reports(folder)
    for path in damaged:
        logger.warning("%s is no report of a run; it is passed over", path)
    regressions = find_regressions(report, earlier, floors=floors)
    for each in regressions:
        logger.error("The pages changed: %s%s", each, "".join(f"; {url}" for url in each.addresses))
    run = FinishedRun(
        stats=stats,
        close_reason=report["close_reason"],
        missing_share=missing_share,
        root=facts.site or "",
        regressions=regressions,
        from_fallback=bodies_from_fallback(report),
    )
    verdict = verdict_of(run)
    report["canary"] = [each.as_dict() for each in regressions]
    report["verdict"] = asdict(verdict)
    try:
        path = report_path(folder, facts.name)
        if verdict.status:
            pages = write_pages(path, seen, [each.what for each in regressions])
            report["pages_saved"] = [page.relative_to(folder).as_posix() for page in pages]
        write_report(path, report)
    except OSError as error:
        logger.error("The report of this run cannot be written: %s", error)
        # The articles are safe, but the archive lacks what it says of this run.
        counts = {"newscrawl/why/output": f"the report of this run: {error}", **stats}
        counts["newscrawl/error/output"] = run.count("error/output") + 1
        verdict = verdict_of(replace(run, stats=counts))
        report["verdict"] = asdict(verdict)
        _write_elsewhere(report, facts.name, spare_folder)
    else:
        logger.info("Report of this run: %s", path)
    # What was stopped says nothing about whether the next run is well again.
    ended = (each for each in earlier if each["edition"] == report["edition"])
    before = next((each for each in ended if each["verdict"]["name"] != STOPPED_RUN), None)
    notify_finished(environment, report, before)
    return Conclusion(verdict=verdict, report=report)


def _write_elsewhere(report: Mapping[str, Any], run: str, spare_folder: Path | None) -> None:
    """Write a report that its own folder did not take: what a disk did not take is what one wants to know."""
    try:
        try:
            if spare_folder is None:
                raise FileNotFoundError
            path = report_path(spare_folder, run)
            write_report(path, report)
        except OSError:
            path = report_path(Path(tempfile.mkdtemp(prefix="newscrawl-report-")), run)
            write_report(path, report)
    except OSError as error:
        logger.error("Nor can it be written in the temporary folder: %s", error)
    else:
        logger.warning("Report of this run: %s", path)
