"""A management client: commands through a shell, the message number decides what a refusal means, hosts are locked."""

import subprocess
import sys


class Refused(Exception):
    """A command ended with an exit code and a message that was not expected."""


def run(line, *expected):
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)
    if done.returncode and not any(number in done.stderr for number in expected):
        raise Refused(f"{line}: {done.stdout}{done.stderr}")
    return done.stdout.strip()


def configuration(line, number):
    run(line, number)
    run("haclus -wait DumpingMembership 0 -time 60", "V-16-1-10805")


def wait(group, state, system, seconds):
    for _ in range(seconds):
        try:
            run(f"hagrp -wait {group} State {state} -sys {system} -time 1")
        except Refused as refused:
            if "VCS WARNING V-16-1-10805" not in str(refused):
                raise
            run("sleep 10")
        else:
            return
    sys.exit(f"{group} is not {state} on {system}")


system, group = sys.argv[1:]
assert all(run(f"hasys -value {name} Frozen") == "0" for name in run("hasys -list").splitlines())
priorities = run(f"hagrp -value {group} SystemList").split()
assert priorities[::2] == run("hasys -list").splitlines()
configuration("haconf -makerw", "V-16-1-10364 Cluster already writable")
run(f"hasys -freeze -persistent -evacuate {system}")
configuration("haconf -dump -makero", "V-16-1-10369 Cluster not writable")
wait(group, "OFFLINE", system, 60)
where = [row.split()[2] for row in run(f"hagrp -state {group}").splitlines()[1:] if row.split()[3] == "|ONLINE|"]
while not where:
    run("sleep 10")
    where = [row.split()[2] for row in run(f"hagrp -state {group}").splitlines()[1:] if row.split()[3] == "|ONLINE|"]
frozen = run(f"hasys -value {system} Frozen")
sys.stdout.write(f"evacuated {system not in where} frozen {frozen}\n")
run("haconf -makerw", "V-16-1-10364")
run(f"hasys -unfreeze -persistent {system}")
run(f"hasys -unfreeze -persistent {system}", "V-16-1-40205 System")
run(f"hagrp -clear {group} -sys {system}")
run("hares -delete nosuch", "V-16-1-10260")
run(f"hagrp -dep {group}", "V-16-1-50035 No Group dependencies are configured")
run(f"hagrp -online {group} -any", "V-16-1-50997")
pending = run(f"hagrp -display {group} -attribute ProbesPending -attribute AutoDisabled -sys {system} | grep {group}")
assert [row.split()[3] for row in pending.splitlines()] == ["0", "0"]
run("haconf -dump -makero", "V-16-1-10369")
run("hastop -force -all")
run("sleep 60")
run("hastatus -sum", "VCS WARNING V-16-1-11046")
sys.stdout.write("stopped\n")
