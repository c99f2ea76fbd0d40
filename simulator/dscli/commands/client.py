"""The commands that the DS CLI answers by itself: its version, its settings, its end."""

from __future__ import annotations

from mirrordrill.simulator.dscli.commands.base import Answer, Command, CommandInvocation, CommandKind
from mirrordrill.simulator.dscli.formats import Format
from mirrordrill.simulator.dscli.ids import check_image
from mirrordrill.simulator.dscli.messages import VERSION
from mirrordrill.simulator.dscli.options import Syntax, Takes


def _ver(invocation: CommandInvocation) -> Answer:
    lines = [f"DSCLI {VERSION}"]
    if invocation.parsed.has("l"):
        lines += [f"StorageManager {VERSION}", "================Version================="]
    return Answer("\n".join(lines) + "\n")


def _setenv(invocation: CommandInvocation) -> Answer:
    flags, settings = invocation.parsed.flags, invocation.settings
    changed = settings._replace(
        format=Format(flags["format"]) if "format" in flags else settings.format,
        delimiter=flags.get("delim", settings.delimiter),
        has_header=flags["header"] == "on" if "header" in flags else settings.has_header,
        has_banner=flags["banner"] == "on" if "banner" in flags else settings.has_banner,
        has_full_ids=flags["fullid"] == "on" if "fullid" in flags else settings.has_full_ids,
        is_verbose=flags["verbose"] == "on" if "verbose" in flags else settings.is_verbose,
        is_paged=flags["paging"] == "on" if "paging" in flags else settings.is_paged,
        page_rows=int(flags.get("rows", settings.page_rows)),
        device=check_image(flags["dev"]) if "dev" in flags else settings.device,
        remote_device=check_image(flags["remotedev"]) if "remotedev" in flags else settings.remote_device,
    )
    return Answer("", settings=changed)


def _showenv(invocation: CommandInvocation) -> Answer:
    settings = invocation.settings
    values = {
        "format": settings.format.value,
        "delim": settings.delimiter,
        "header": _on_off(is_on=settings.has_header),
        "banner": _on_off(is_on=settings.has_banner),
        "fullid": _on_off(is_on=settings.has_full_ids),
        "paging": _on_off(is_on=settings.is_paged),
        "rows": str(settings.page_rows),
        "verbose": _on_off(is_on=settings.is_verbose),
        "devid": settings.device,
        "remotedevid": settings.remote_device,
    }
    return Answer("".join(f"{name:<12}{value}".rstrip() + "\n" for name, value in values.items()))


def _on_off(*, is_on: bool) -> str:
    return "on" if is_on else "off"


def _quit(invocation: CommandInvocation) -> Answer:  # noqa: ARG001 - the shape of a command
    return Answer("", leaves=True)


_SETENV = {
    "format": Takes.VALUE, "delim": Takes.VALUE, "fullid": Takes.ON_OFF, "header": Takes.ON_OFF,
    "banner": Takes.ON_OFF, "verbose": Takes.ON_OFF, "paging": Takes.ON_OFF, "rows": Takes.VALUE,
    "dev": Takes.VALUE, "remotedev": Takes.VALUE,
}  # fmt: skip

_PLAIN = Syntax(is_shaped=False)

COMMANDS = (
    Command("ver", CommandKind.CONSOLE, _ver, "show the version", Syntax({"l": Takes.NOTHING, "s": Takes.NOTHING})),
    Command(
        "setenv", CommandKind.CLIENT, _setenv, "change settings of this session",
        Syntax(_SETENV, choices={"format": tuple(each.value for each in Format)}, is_shaped=False),
    ),
    Command("showenv", CommandKind.CLIENT, _showenv, "show the settings of this session", _PLAIN),
    Command("quit", CommandKind.CLIENT, _quit, "end the session", _PLAIN),
    Command("exit", CommandKind.CLIENT, _quit, "end the session", _PLAIN),
    Command("q", CommandKind.CLIENT, _quit, "end the session", _PLAIN),
)  # fmt: skip
"""Registry rows of this family."""
