"""The `marsad` program: gathers the commands and turns our errors into one line and an exit status."""

from __future__ import annotations

import importlib
import importlib.util
import sys

import typer

from marsad import __version__
from marsad.errors import MarsadError

app = typer.Typer(
    name="marsad",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
    help="Arabic conflict reporting in, defensible event data out. مرصد: من الخبر إلى البيانات.",
)


def _version(show: bool) -> None:
    if show:
        typer.echo(f"marsad {__version__}")
        raise typer.Exit()


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Show the version. الإصدار"
    ),
) -> None:
    pass


def _register() -> None:
    """Commands are imported here, each module only naming its own functions, so that `--help` stays quick."""
    from marsad.cli import coding, demo, knowledge

    coding.register(app)
    app.add_typer(knowledge.knowledge_app, name="knowledge")
    demo.register(app)
    for name in ("gazetteer", "archive", "publish", "edition", "review", "views"):
        if not importlib.util.find_spec(f"marsad.cli.{name}"):
            continue
        module = importlib.import_module(f"marsad.cli.{name}")
        if hasattr(module, f"{name}_app"):
            app.add_typer(getattr(module, f"{name}_app"), name=name)
        else:
            module.register(app)


def main() -> None:
    """Entry point of the `marsad` command. Exit status: 0 all well, 1 something could not be done, 2 wrong use."""
    _register()
    try:
        app()
    except MarsadError as error:
        print(f"marsad: error: خطأ: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(1)
