"""The commands about users and password files: lsuser, showuser, chuser, whoami, showpass, managepwfile.

Rule 1: an administrator changes accounts; everybody else changes the password of his own.
Rule 2: of a password typed only its digest leaves this module.
"""

from __future__ import annotations

from mirrordrill.simulator.dscli.accounts import Account, Permission, digest_of
from mirrordrill.simulator.dscli.columns import LSUSER, SHOWPASS, SHOWUSER, WHOAMI
from mirrordrill.simulator.dscli.commands.base import (
    Answer,
    Command,
    CommandInvocation,
    CommandKind,
    list_syntax,
    listing,
    showing,
)
from mirrordrill.simulator.dscli.messages import (
    EXCLUSIVE_OPTIONS,
    FILE_MADE,
    FILE_NOT_WRITTEN,
    MISSING_OPTION,
    NO_SUCH_USER,
    NOT_A_PASSWORD_FILE,
    NOTHING_TO_CHANGE,
    OWN_ACCOUNT,
    PASSWORD_TOO_SHORT,
    RECORD_ADDED,
    RECORD_MISSING,
    RECORD_REMOVED,
    RECORD_REPLACED,
    TOO_MANY_WORDS,
    USER_CHANGED,
    USER_EXISTS,
    USER_MADE,
    USER_REMOVE_QUESTION,
    USER_REMOVED,
    WRONG_VALUE,
    DscliExitCode,
    DscliMessage,
)
from mirrordrill.simulator.dscli.options import Ids, RefusedLine, Syntax, Takes
from mirrordrill.simulator.dscli.site_values import UserGroup
from mirrordrill.simulator.dscli.user_files import DEFAULT_FILE, read_records, write_records
from mirrordrill.simulator.kernel.password_stand_ins import length_of

_CHANGES = ("pw", "group", "lock", "unlock")


def _state(account: Account) -> str:
    return "locked" if account.is_locked else "active"


def _lsuser(invocation: CommandInvocation) -> Answer:
    wanted = invocation.parsed.ids
    rows = [
        (each.user, each.role.value, _state(each), "*")
        for each in invocation.context.accounts
        if not wanted or each.user in wanted
    ]
    return listing(invocation, LSUSER, rows)


def _one_account(invocation: CommandInvocation) -> Account:
    user, *others = invocation.parsed.ids
    if others:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0])
    account = invocation.context.accounts.find(user)
    if account is None:
        raise RefusedLine(NO_SUCH_USER, DscliExitCode.SERVER, word=user)
    return account


def _showuser(invocation: CommandInvocation) -> Answer:
    account = _one_account(invocation)
    days = str(account.days_left(invocation.now_s))
    values = (account.user, account.role.value, _state(account), str(account.failed_logins), days, "*")
    return showing(invocation, SHOWUSER, values)


def _whoami(invocation: CommandInvocation) -> Answer:
    account = invocation.context.account
    return listing(invocation, WHOAMI, [(account.user, account.role.value)])


def _showpass(invocation: CommandInvocation) -> Answer:
    policy = invocation.context.accounts.policy
    values = (
        f"{policy.expiration_days} days",
        str(policy.failed_logins_allowed),
        f"{policy.age_days} days",
        str(policy.minimum_length),
        str(policy.history),
    )
    return showing(invocation, SHOWPASS, values)


def _chuser(invocation: CommandInvocation) -> Answer:
    parsed = invocation.parsed
    account = _one_account(invocation)
    if not any(flag in parsed.flags for flag in _CHANGES):
        raise RefusedLine(NOTHING_TO_CHANGE, word=" ".join(f"-{flag}" for flag in _CHANGES))
    if parsed.has("lock") and parsed.has("unlock"):
        raise RefusedLine(EXCLUSIVE_OPTIONS, word="-lock and -unlock")
    if "pw" in parsed.flags:
        _set_password(invocation, account, parsed.flags["pw"])
    if "group" in parsed.flags:
        account.role = UserGroup(parsed.flags["group"])
    if parsed.has("lock"):
        account.is_locked = True
    if parsed.has("unlock"):
        account.unlock()
    return Answer(USER_CHANGED.line(invocation.verb, id=account.user) + "\n", outcomes=(USER_CHANGED.id,))


def _mkuser(invocation: CommandInvocation) -> Answer:
    """A new user, whose password must be changed at the first login (dscli.md 1.7)."""
    flags, accounts = invocation.parsed.flags, invocation.context.accounts
    name, *others = invocation.parsed.ids
    if others:
        raise RefusedLine(TOO_MANY_WORDS, word=others[0])
    if accounts.find(_word(name)) is not None:
        raise RefusedLine(USER_EXISTS, DscliExitCode.SERVER, word=name)
    if length_of(flags["pw"]) < accounts.policy.minimum_length:
        raise RefusedLine(PASSWORD_TOO_SHORT, DscliExitCode.SERVER)
    account = Account(name, UserGroup(flags["group"]))
    accounts.add(account)
    account.set_password(digest_of(name, flags["pw"]), invocation.now_s, by_its_user=False)
    return Answer(USER_MADE.line(invocation.verb, id=name) + "\n", outcomes=(USER_MADE.id,))


def _rmuser(invocation: CommandInvocation) -> Answer:
    """Remove users; the account that is logged in cannot be removed."""
    accounts, lines, outcomes = invocation.context.accounts, list[str](), list[str]()
    for name in invocation.parsed.ids:
        message = USER_REMOVED
        if accounts.find(name) is None:
            message = NO_SUCH_USER
        elif name == invocation.context.user:
            message = OWN_ACCOUNT
        else:
            accounts.remove(name)
        lines.append(message.line(invocation.verb, id=name, word=name) + "\n")
        outcomes.append(message.id)
    code = DscliExitCode.SUCCESS if set(outcomes) <= {USER_REMOVED.id} else DscliExitCode.SERVER
    return Answer("".join(lines), code, tuple(outcomes))


def _rmuser_questions(invocation: CommandInvocation) -> list[tuple[str, str]]:
    return [(name, USER_REMOVE_QUESTION.line(invocation.verb, id=name)) for name in invocation.parsed.ids]


def _set_password(invocation: CommandInvocation, account: Account, password: str) -> None:
    digest = digest_of(account.user, password)
    is_own = account.user == invocation.context.user
    objection = account.objection(length_of(password), digest, invocation.now_s)
    if objection is not None and (is_own or objection is PASSWORD_TOO_SHORT):
        raise RefusedLine(objection, DscliExitCode.SERVER)
    account.set_password(digest, invocation.now_s, by_its_user=is_own)


def _need_of_chuser(invocation: CommandInvocation) -> Permission:
    is_own = invocation.parsed.ids == (invocation.context.user,)
    only_password = not any(flag in invocation.parsed.flags for flag in _CHANGES[1:])
    return Permission.NOTHING if is_own and only_password else Permission.ACCOUNTS


def _managepwfile(invocation: CommandInvocation) -> Answer:
    flags = invocation.parsed.flags
    path = flags.get("pwfile", DEFAULT_FILE)
    user = _word(flags["name"])
    consoles = [_word(flags[flag]) for flag in ("mc1", "mc2") if flag in flags]
    text = invocation.context.read_file(path)
    records = {} if text is None else read_records(text)
    if records is None:
        raise RefusedLine(NOT_A_PASSWORD_FILE, DscliExitCode.APPLICATION, word=path)
    before = dict(records)
    said: list[tuple[DscliMessage, str]] = []
    if flags["action"] == "add":
        if "pw" not in flags:
            raise RefusedLine(MISSING_OPTION, word="-pw")
        if text is None:
            said.append((FILE_MADE, ""))
        for console in consoles:
            said.append((RECORD_REPLACED if (console, user) in records else RECORD_ADDED, f"{console}/{user}"))
            records[console, user] = digest_of(user, flags["pw"])
    else:
        for console in consoles:
            is_there = records.pop((console, user), None) is not None
            said.append((RECORD_REMOVED if is_there else RECORD_MISSING, f"{console}/{user}"))
    if records != before and not invocation.context.write_file(path, write_records(records)):
        raise RefusedLine(FILE_NOT_WRITTEN, DscliExitCode.APPLICATION, word=path)
    return _told(invocation, path, said)


def _told(invocation: CommandInvocation, path: str, said: list[tuple[DscliMessage, str]]) -> Answer:
    lines = (message.line(invocation.verb, file=path, record=record) for message, record in said)
    outcomes = tuple(message.id for message, _ in said)
    is_fine = RECORD_MISSING.id not in outcomes
    code = DscliExitCode.SUCCESS if is_fine else DscliExitCode.APPLICATION
    return Answer("".join(f"{line}\n" for line in lines), code, outcomes)


def _word(text: str) -> str:
    """A name that can stand in a password file: no blanks, not nothing."""
    if text.split() != [text]:
        raise RefusedLine(WRONG_VALUE, word=repr(text), expected="one word")
    return text


COMMANDS = (
    Command("lsuser", CommandKind.CONSOLE, _lsuser, "list users", list_syntax(LSUSER, flags={})),
    Command("showuser", CommandKind.CONSOLE, _showuser, "show one user", Syntax(ids=Ids.REQUIRED)),
    Command(
        "chuser", CommandKind.CONSOLE, _chuser, "change a user: password, role, lock",
        Syntax(
            {"pw": Takes.VALUE, "group": Takes.VALUE, "lock": Takes.NOTHING, "unlock": Takes.NOTHING},
            Ids.REQUIRED, choices={"group": tuple(role.value for role in UserGroup)},
        ),
        need=_need_of_chuser,
    ),
    Command(
        "mkuser", CommandKind.CONSOLE, _mkuser, "make a user, whose password expires at the first login",
        Syntax(
            {"pw": Takes.VALUE, "group": Takes.VALUE}, Ids.REQUIRED, ("pw", "group"),
            {"group": tuple(role.value for role in UserGroup)}, frozenset({"scope", "expire"}),
        ),
        need=Permission.ACCOUNTS,
    ),
    Command(
        "rmuser", CommandKind.CONSOLE, _rmuser, "remove users",
        Syntax({"quiet": Takes.NOTHING}, Ids.REQUIRED), questions=_rmuser_questions, need=Permission.ACCOUNTS,
    ),
    Command("whoami", CommandKind.CONSOLE, _whoami, "show who is logged in"),
    Command("showpass", CommandKind.CONSOLE, _showpass, "show the rules for passwords"),
    Command(
        "managepwfile", CommandKind.LOCAL, _managepwfile, "make a password file for -pwfile, or change one",
        Syntax(
            {
                "action": Takes.VALUE, "mc1": Takes.VALUE, "mc2": Takes.VALUE, "pwfile": Takes.VALUE,
                "name": Takes.VALUE, "pw": Takes.VALUE,
            },
            required=("action", "mc1", "name"), choices={"action": ("add", "remove")},
        ),
    ),
)  # fmt: skip
"""Registry rows of this family."""
