"""What all commands share: options and arguments, the log, opening an archive, the verdict as the last line."""

import argparse
import logging
import shlex
import signal
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.crawler import CrawlerProcessBase
from scrapy.exceptions import UsageError
from scrapy.settings import SETTINGS_PRIORITIES, Settings
from scrapy.utils.conf import arglist_to_dict

from newscrawl.almayadeen.editions import EDITIONS
from newscrawl.archive.archive import Archive
from newscrawl.archive.damage import DamageLog
from newscrawl.archive.files import archived_editions, edition_folder
from newscrawl.archive.read_only import ArchiveCopy, open_to_read
from newscrawl.errors import ArgumentError, LedgerDamagedError, LockedError
from newscrawl.exit_status import ExitStatus
from newscrawl.extensions.feed_storage import data_dir
from newscrawl.extensions.only_for_crawls import IS_OWN_COMMAND
from newscrawl.monitoring import logs
from newscrawl.monitoring.run_name import RUN_NAME, new_run_name
from newscrawl.monitoring.verdict import Verdict
from newscrawl.setting_checks import LOG_SETTINGS, check_settings, setting_problem
from newscrawl.terminal import escape_what_cannot_be_shown, has_colour, say, until_reader_leaves

logger = logging.getLogger("newscrawl")

DEFAULT_EDITION = "en"
ACCOUNTING = "newscrawl.extensions.accounting.AccountingExtension"
"""The extension that every command keeps which runs a spider: it counts exceptions that Scrapy only logs."""


# -- output -----------------------------------------------------------------------------------------------------------


def say_damages(damages: DamageLog) -> None:
    """Say on standard error how much of the archive could not be read, if any; the log has named it."""
    if damages.count:
        text = f"{damages.count} lines in {len(damages.files)} files cannot be read; scrapy verify names them all."
        say(text, style="bold yellow", stderr=True)


class HelpFormatter(ScrapyHelpFormatter):
    """Scrapy's, but each line of a text stays a line."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(self._fill_line(indent + line, width) for line in text.splitlines())

    @staticmethod
    def _fill_line(line: str, width: int) -> str:
        if line.lstrip().startswith("scrapy "):
            # To be pasted as it is.
            return line
        margin = " " * (len(line) - len(line.lstrip()))
        return textwrap.fill(line.strip(), width, initial_indent=margin, subsequent_indent=margin * 2)


# -- settings ---------------------------------------------------------------------------------------------------------


def warn_of_missing_contact(settings: Settings) -> None:
    """Say once that the site has nobody to write to, unless the user agent names somebody."""
    if "+" not in str(settings["USER_AGENT"]) and "@" not in str(settings["USER_AGENT"]):
        logger.warning(
            "No contact in the user agent: set NEWSCRAWL_CONTACT to a mail address or a page about this crawl"
        )


def crawl_command(settings: Settings, arguments: Mapping[str, str], *options: str) -> str:
    """Return the command line of a crawl with arguments, into the same archive, ready to be pasted.

    >>> crawl_command(Settings(), {"urls": "my list", "edition": "en", "site": ""})
    "scrapy crawl mayadeen -a 'urls=my list'"
    >>> given = Settings()
    >>> given.set("DATA_DIR", "/srv/data", priority="cmdline")
    >>> crawl_command(given, {"edition": "ar", "site": "http://127.0.0.1:8000"})
    'scrapy crawl mayadeen -a edition=ar -a site=http://127.0.0.1:8000 -s DATA_DIR=/srv/data'
    """
    defaults = {"edition": DEFAULT_EDITION}
    parts = ["scrapy crawl mayadeen"]
    for name, value in arguments.items():
        if value and value != defaults.get(name):
            parts.append(f"-a {shlex.quote(f'{name}={value}')}")
    parts += options
    # A folder from settings.py or the environment is that of the next command too.
    if (settings.getpriority("DATA_DIR") or 0) >= SETTINGS_PRIORITIES["cmdline"]:
        parts.append(f"-s {shlex.quote(f'DATA_DIR={data_dir(settings)}')}")
    return " ".join(parts)


# -- commands ---------------------------------------------------------------------------------------------------------


class CommandError(Exception):
    """Raised by a command that cannot go on; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(str(verdict))
        self.verdict = verdict


class BaseCommand(ScrapyCommand):
    """A command of this project.

    A subclass gives the texts of its help, adds its options, and does its work in `execute`.
    """

    requires_project = True

    summary: ClassVar[str]
    """What the command does, in one sentence without a full stop."""
    example: ClassVar[str]
    """A command line."""
    arguments: ClassVar[Mapping[str, str]] = {}
    """The `-a` arguments that it takes: name → meaning."""
    statuses: ClassVar[Mapping[ExitStatus, str]] = {}
    """The exit statuses that it may end with: status → what it means here."""
    writes_log: ClassVar[bool] = False
    problem: ArgumentError | CommandError | None = None
    """What is wrong with the options."""

    # -- help

    @classmethod
    def command_name(cls) -> str:
        """Return the name that the command is called by: that of its module."""
        return cls.__module__.rpartition(".")[2]

    def short_desc(self) -> str:
        return self.summary

    def long_desc(self) -> str:
        return f"{self.summary}."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        # The first that is called, and before the help is printed.
        escape_what_cannot_be_shown()
        logs.escape_what_nobody_logs()
        super().add_options(parser)
        parser.formatter_class = HelpFormatter
        parser.epilog = self.help_text()
        if self.arguments:
            parser.add_argument(
                "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE",
                help="an argument, of those below (may be repeated)",
            )  # fmt: skip

    def help_text(self) -> str:
        """Return what follows the options in the help: arguments, an example, exit statuses."""
        lines = []
        if self.arguments:
            lines += ["Arguments (-a NAME=VALUE):"]
            lines += [f"  {name}: {meaning}" for name, meaning in self.arguments.items()]
        lines += ["Example:", f"  {self.example}", "Exit status:"]
        lines += [f"  {status}: {meaning}" for status, meaning in sorted(self.statuses.items())]
        return "\n".join(lines)

    # -- options

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options; what is wrong with them is said by `run`, as all other verdicts are."""
        # Scrapy ends with a traceback, or without the name, for some that it cannot read.
        problems = {each: setting_problem(*each.partition("=")[::2]) for each in opts.set if "=" in each}
        opts.set = [each for each in opts.set if not problems.get(each)]
        self.own_settings.set(IS_OWN_COMMAND, True, priority="cmdline")
        try:
            super().process_options(args, opts)
            if isinstance(getattr(opts, "spargs", None), list):
                opts.spargs = arglist_to_dict(opts.spargs)
            self.check_names(args, getattr(opts, "spargs", {}))
        except UsageError as error:
            self.problem = ArgumentError(str(error))
        except ArgumentError as error:
            self.problem = error
        except ValueError:
            self.problem = ArgumentError("give arguments as -a NAME=VALUE")
        if wrong := [problem for problem in problems.values() if problem]:
            self.problem = ArgumentError(wrong[0])
        if self.writes_log or self.own_settings["LOG_FILE"]:
            try:
                # Also where something is wrong: the log is where it is looked for.
                self.install_log()
            except (ArgumentError, CommandError) as error:
                self.problem = self.problem or error

    def check_names(self, args: list[str], arguments: Mapping[str, str]) -> None:
        """Raise `ArgumentError` for an option or an argument that the command does not have."""
        if unknown := [each for each in args if each.startswith("-") and each != "-"]:
            raise ArgumentError(f"{unknown[0]}: there is no such option")
        if unknown := [name for name in arguments if name not in self.arguments]:
            raise ArgumentError(f"{unknown[0]}: the arguments are {', '.join(self.arguments)}")
        edition = arguments.get("edition", DEFAULT_EDITION)
        if edition not in EDITIONS:
            raise ArgumentError(f"edition={edition}: choose one of {', '.join(EDITIONS)}")

    def install_log(self) -> None:
        """Have the log written by `logs.py`; Scrapy's own handler would let a page's title move the cursor."""
        try:
            check_settings(self.own_settings, LOG_SETTINGS)
        except ArgumentError:
            # Scrapy would end with a traceback.
            self.own_settings.set("LOG_LEVEL", "INFO", priority="cmdline")
            raise
        self.own_settings.set(RUN_NAME, new_run_name(), priority="cmdline")
        self.own_settings.set("LOG_INSTALL_ROOT_HANDLER", False, priority="cmdline")
        try:
            logs.install(self.own_settings, name=self.run_name, has_colour=has_colour())
        except OSError as error:
            verdict = Verdict(ExitStatus.NOT_WRITTEN, "log not written", str(error), "Give a writable LOG_DIR.")
            raise CommandError(verdict) from error
        except ValueError as error:
            raise ArgumentError(f"the log cannot be written: {error}") from error

    @property
    def own_settings(self) -> Settings:
        """Scrapy's settings, which a command has once it is run."""
        assert self.settings is not None
        return self.settings

    @property
    def process(self) -> CrawlerProcessBase:
        """Scrapy's process, which a command that needs one has once it is run."""
        assert self.crawler_process is not None
        return self.crawler_process

    def run_process(self) -> None:
        """Run what was handed to the process to its end.

        What follows takes seconds: the report is written, and people are notified. Another signal does not end that,
        nor does it take the place of the exit status when Python ends and has removed Scrapy's handlers.
        """
        self.process.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    @property
    def run_name(self) -> str:
        """The name of this run, if the command writes a log."""
        return str(self.own_settings[RUN_NAME])

    # -- the archive

    @property
    def data_dir(self) -> Path:
        """The data folder."""
        return data_dir(self.own_settings)

    def editions(self, edition: str | None) -> list[str]:
        """Return the editions to look at: the one asked for, or all that have a folder; raises `ArgumentError`."""
        found = archived_editions(self.data_dir)
        if not found or (edition and edition not in found):
            of = f" of {edition}" if edition else ""
            raise ArgumentError(f"there is no archive{of} in {self.data_dir}; give its folder with -s DATA_DIR=…")
        return [edition] if edition else found

    @contextmanager
    def archive(self, edition: str, *, rebuild: str = "") -> Iterator[Archive]:
        """Hold the archive of an edition; raises `CommandError` when that cannot be.

        `rebuild` is a reason to rebuild its ledger.
        """
        with self.archive_errors(edition), Archive(edition_folder(self.data_dir, edition), rebuild=rebuild) as archive:
            yield archive

    @contextmanager
    def archive_to_read(self, edition: str) -> Iterator[Archive | ArchiveCopy]:
        """Hold the archive of an edition, also where nothing can be written; raises `CommandError`."""
        with self.archive_errors(edition), open_to_read(edition_folder(self.data_dir, edition)) as archive:
            yield archive

    @contextmanager
    def archive_errors(self, edition: str) -> Iterator[None]:
        """Turn what goes wrong with an archive into a `CommandError`."""
        try:
            yield
        except BrokenPipeError:
            raise
        except LockedError as error:
            verdict = Verdict(ExitStatus.LOCKED, "locked", str(error), "Wait until that crawl has ended.")
            raise CommandError(verdict) from error
        except (OSError, LedgerDamagedError) as error:
            folder = edition_folder(self.data_dir, edition)
            verdict = Verdict(ExitStatus.NOT_WRITTEN, "archive not read", f"{folder}: {error}", "Look at the disk.")
            raise CommandError(verdict) from error

    # -- running

    def execute(self, args: list[str], opts: argparse.Namespace) -> Verdict | None:
        """Do the command's work; return the verdict, None where a healthy end needs no words."""
        raise NotImplementedError

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        verdict = None
        with until_reader_leaves():
            try:
                if self.problem is not None:
                    raise self.problem
                verdict = self.execute(args, opts)
            except ArgumentError as error:
                advice = f"See scrapy {self.command_name()} -h."
                verdict = Verdict(ExitStatus.WRONG_ARGUMENT, "wrong argument", str(error), advice)
                self.ended_early(verdict)
            except CommandError as error:
                verdict = error.verdict
                self.ended_early(verdict)
        if verdict is not None:
            self.end(verdict)

    def ended_early(self, verdict: Verdict) -> None:
        """Do what is to be done when the work did not begin."""

    def end(self, verdict: Verdict) -> None:
        """Say the verdict as the last line, also of the files that the log goes to, and leave with its status."""
        self.exitcode = verdict.status
        logs.write_to_files(str(verdict), is_good=not verdict.status)
        with until_reader_leaves():
            say(str(verdict), style="bold red" if verdict.status else "bold green", stderr=True)
