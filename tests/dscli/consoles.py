"""A user of the look-alike `dscli` on a small site."""

from __future__ import annotations

from collections.abc import Sequence

from mirrordrill.simulator.dscli.accounts import Account
from mirrordrill.simulator.dscli.channel import Channel
from mirrordrill.simulator.dscli.consoles import ConsolePlan, Consoles
from mirrordrill.simulator.dscli.messages import PROMPT
from mirrordrill.simulator.dscli.session import start_session
from mirrordrill.simulator.dscli.site_values import Latencies, UserGroup
from mirrordrill.simulator.dscli.user_files import UserFiles
from tests.array.sites import A, B, Site

CONSOLES = (
    ConsolePlan("hmca1", (A,)), ConsolePlan("hmca2", (A,)), ConsolePlan("hmcb1", (B,)), ConsolePlan("hmcb2", (B,)),
)  # fmt: skip
DEVICES_B = f"-dev {B} -remotedev {A}"
DEVICES_A = f"-dev {A} -remotedev {B}"


class DscliUser:
    """A site and somebody who types."""

    def __init__(
        self, site: Site | None = None, latencies: Latencies | None = None, files: UserFiles | None = None
    ) -> None:
        self.site = site or Site()
        self.consoles = Consoles(self.site.storage, CONSOLES, {"vcs": UserGroup.OP_COPY_SERVICES}, latencies, files)
        for console in ("hmca1", "hmcb1"):
            self.consoles.accounts(console).add(Account("admin", UserGroup.ADMIN))

    def start(self, *argv: str) -> Channel:
        channel = Channel(self.site.kernel)
        self.start_on(channel, argv)
        return channel

    def start_on(self, channel: Channel, argv: Sequence[str]) -> None:
        """Run the program for somebody who listens already."""
        start_session(self.site.kernel, self.consoles, argv, channel, "hostc")

    def log_in(self, console: str = "hmcb1") -> Channel:
        channel = self.start("-hmc1", console, "-user", "vcs", "-pwfile", "security.dat")
        self.site.run(10)
        return channel

    def say(self, channel: Channel, line: str, seconds: float = 10) -> str:
        """Type a line; what comes back, without the prompt."""
        before = len(channel.output)
        channel.send_line(line)
        self.site.run(seconds)
        return channel.output[before:].removesuffix(PROMPT)

    def once(self, *command: str, console: str = "hmcb1") -> tuple[int | None, str]:
        """A single-shot run: exit code and output."""
        channel = self.start("-hmc1", console, "-user", "vcs", "-pwfile", "security.dat", *command)
        self.site.run(60)
        return channel.exit_code, channel.output

    def account(self, console: str = "hmcb1", user: str = "vcs") -> Account:
        """The account that a console asks about a user."""
        return self.consoles.accounts(console)[user]


IN_NO_TIME = Latencies(0.001, 0.001, 0.001, 0.001, 0.001, 0.0001, 0.0001, 0.0005)
"""For situations that must not pass while somebody logs in."""


def rows(text: str) -> Sequence[str]:
    """The lines of a default list behind banner, header and rule."""
    return text.splitlines()[3:]
