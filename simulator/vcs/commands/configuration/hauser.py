"""`hauser`: users of VCS and their privileges. Nothing is asked for a password, and nothing depends on a privilege.

Users are the cluster attribute UserNames, privileges the lists Administrators, Operators and Guests of the cluster or
of a group (vcs.md 2.5).
"""

from __future__ import annotations

from dataclasses import replace

from mirrordrill.simulator.vcs.commands.configuration.objects import refuse_bad_name
from mirrordrill.simulator.vcs.commands.language.grammar import (
    CommandResult,
    OperatorContext,
    ParsedArguments,
    Verb,
    WrongUsage,
    success,
)
from mirrordrill.simulator.vcs.commands.language.modifying import Values
from mirrordrill.simulator.vcs.commands.language.refusals import (
    KEY_IS_NOT_THERE,
    KEY_IS_THERE,
    NO_USER,
    USER_EXISTS,
    CommandRefused,
)
from mirrordrill.simulator.vcs.engine.configuration import Edit
from mirrordrill.simulator.vcs.engine.state.stored_attributes import stored_value
from mirrordrill.simulator.vcs.spec import AttributeDimension

DEFAULT_USER = "admin"
"""The user of a cluster whose main.cf names none."""
PASSWORD = "simulated"  # noqa: S105 - stands for an encrypted password, which nothing reads
LISTS = {"Administrator": "Administrators", "Operator": "Operators", "Guest": "Guests"}
"""Privilege -> attribute of the cluster or group."""


def _users(context: OperatorContext) -> dict[str, str]:
    """User -> encrypted password."""
    words = stored_value("cluster", context.state.spec.stored, "UserNames")
    return dict(zip(words[::2], words[1::2], strict=True)) or {DEFAULT_USER: PASSWORD}


def _privileges(context: OperatorContext, user: str) -> tuple[str, ...]:
    held = [
        f"Cluster {privilege}"
        for privilege, attribute in LISTS.items()
        if user in stored_value("cluster", context.state.spec.stored, attribute)
    ]
    if not held and user == DEFAULT_USER and not stored_value("cluster", context.state.spec.stored, "Administrators"):
        held = ["Cluster Administrator"]
    held += [
        f"Group {privilege} of {name}"
        for name, group in context.state.groups.items()
        for privilege, attribute in LISTS.items()
        if user in stored_value("group", group.spec.stored, attribute)
    ]
    return tuple(held) or ("Cluster Guest",)


def _list(context: OperatorContext, _: ParsedArguments) -> CommandResult:
    return success(*(f"{user}  ({', '.join(_privileges(context, user))})" for user in _users(context)))


def _display(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    users = [_user(context, args)] if args.operands else list(_users(context))
    return success(
        *(line for user in users for line in (f"User {user}:", *(f"    {held}" for held in _privileges(context, user))))
    )


def _user(context: OperatorContext, args: ParsedArguments) -> str:
    """The user of the first operand. Raises CommandRefused."""
    name = args.operands[0]
    if name not in _users(context):
        raise CommandRefused(NO_USER, name)
    return name


def _add(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name = args.operands[0]
    context.refuse_read_only(name)
    if name in _users(context):
        raise CommandRefused(USER_EXISTS, name)
    refuse_bad_name(name)
    privilege = args.one("-priv")
    if privilege is not None and privilege not in LISTS:
        raise WrongUsage
    if args.has("-group"):
        context.group(args.one("-group") or "")
    _set_users(context, {**_users(context), name: PASSWORD})
    if privilege is not None:
        _set_privilege(context, args, name, privilege, holds=True)
    return success()


def _update(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    """Change a password, which the simulation does not ask for."""
    context.refuse_read_only(_user(context, args))
    return success()


def _delete(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    name = _user(context, args)
    context.refuse_read_only(name)
    _set_users(context, {user: word for user, word in _users(context).items() if user != name})
    return success()


def _add_privilege(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _change_privilege(context, args, holds=True)


def _delete_privilege(context: OperatorContext, args: ParsedArguments) -> CommandResult:
    return _change_privilege(context, args, holds=False)


def _change_privilege(context: OperatorContext, args: ParsedArguments, *, holds: bool) -> CommandResult:
    user, privilege = _user(context, args), args.operands[1]
    context.refuse_read_only(user)
    if privilege not in LISTS:
        raise WrongUsage
    _set_privilege(context, args, user, privilege, holds=holds)
    return success()


def _set_users(context: OperatorContext, users: dict[str, str]) -> None:
    words = tuple(word for pair in users.items() for word in pair)
    _store(context, "UserNames", words, AttributeDimension.ASSOCIATION)


def _set_privilege(context: OperatorContext, args: ParsedArguments, user: str, privilege: str, *, holds: bool) -> None:
    attribute, group = LISTS[privilege], args.one("-group")
    kind, stored = ("cluster", context.state.spec.stored)
    if group is not None:
        kind, stored = "group", context.group(group).spec.stored
    old = stored_value(kind, stored, attribute)
    if (user in old) is holds:
        raise CommandRefused(KEY_IS_THERE if holds else KEY_IS_NOT_THERE, user, attribute)
    new = (*old, user) if holds else tuple(each for each in old if each != user)
    _store(context, attribute, new, AttributeDimension.KEYLIST, group)


def _store(
    context: OperatorContext, attribute: str, values: Values, dimension: AttributeDimension, group: str | None = None
) -> None:
    if group is None:
        spec = context.state.spec
        context.state.spec = replace(spec, stored={**spec.stored, attribute: values})
        context.state.configuration.note(Edit("cluster", spec.name, attribute, values, dimension))
    else:
        found = context.group(group)
        found.spec = replace(found.spec, stored={**found.spec.stored, attribute: values})
        context.state.configuration.note(Edit("group", group, attribute, values, dimension))


GROUP = {"-group": 1}
VERBS = (
    Verb("-list", "", _list, 0, 0, sureness="M"),
    Verb("-display", "[user]", _display, 0, 1, sureness="M"),
    Verb(
        "-add",
        "user [-priv Administrator | Operator | Guest [-group group]]",
        _add,
        1,
        1,
        {"-priv": 1, **GROUP},
        changes=True,
        sureness="M",
    ),
    Verb("-update", "user", _update, 1, 1, changes=True, sureness="M"),
    Verb("-delete", "user", _delete, 1, 1, changes=True, sureness="M"),
    Verb("-addpriv", "user privilege [-group group]", _add_privilege, 2, 2, GROUP, changes=True, sureness="M"),
    Verb("-delpriv", "user privilege [-group group]", _delete_privilege, 2, 2, GROUP, changes=True, sureness="M"),
)
