"""The command `sagacity`: one thin file per subcommand."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module

import click

from ..errors import Exit, InternalError, SagacityError
from ..version import version

#: The subcommands in the order of `--help`, each with its module: what does not run is not imported.
COMMANDS = {"check": "check", "verify": "verify", "agree": "agree", "compare": "compare", "simulate": "simulate",
            "replay": "replay", "graph": "graph", "new": "new", "induct": "induct", "synthesize": "synthesize",
            "list": "listing", "export": "export", "doctor": "doctor"}

_REPORT = "This is a bug in Sagacity. Please report it with the model, the command and the text above."


class _Main(click.Group):
    """Turns every error into a message on stderr and the documented exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f".{COMMANDS[cmd_name]}", __name__)
        return next(c for c in vars(module).values() if isinstance(c, click.Command) and c.name == cmd_name)

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except (click.exceptions.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except SagacityError as e:
            click.echo(str(e), err=True)
            if isinstance(e, InternalError):
                click.echo(_REPORT, err=True)
            status = e.exit_status
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            status = Exit.UNDECIDED
        except Exception:
            traceback.print_exc(file=sys.stderr)
            click.echo(_REPORT, err=True)
            status = Exit.INTERNAL
        ctx.exit(status)


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version(), prog_name="sagacity")
def main() -> None:
    """Check models of event-driven systems.

    \b
    Exit status: 0 holds; 2 usage; 10 constant wrong; 11 deadlock; 12 safety; 13 liveness;
    14 assertion; 15 not reachable; 16 engines disagree; 20 undecided; 75 evaluation error;
    150 model source error; 255 our own bug.
    """

