"""What `mirrordrill check` prints: what was understood, what is wrong, and an exit code for scripts."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from mirrordrill.drills import sites
from mirrordrill.drills.cli.check import check

SITES = Path(sites.__file__).resolve().parent

SITE_RDC = """\
main.cf
  cluster rdc1: systems hosta, hostb, hostc, hostd
  array IBM.2107-75FA120: hosts hosta, hostb
  array IBM.2107-75FA150: hosts hostc, hostd
  group oragrp (failover): hosta 0, hostb 1, hostc 2, hostd 3
    zones 0: hosta, hostb; 1: hostc, hostd
    starts on hosta
    resources
    └── Netlsnr ora_lsnr
        ├── Oracle ora_db
        │   └── Volume ora_vol
        │       └── DiskGroup ora_dg
        │           └── MetroMirror ora_mmir
        └── IP ora_ip
            └── NIC ora_nic
    MetroMirror ora_mmir
      hosta, hostb: volumes 1260 1261 on IBM.2107-75FA120, mirrored with IBM.2107-75FA150, \
HMCs ds8000c.example.com ds8000d.example.com
      hostc, hostd: volumes 1260 1261 on IBM.2107-75FA150, mirrored with IBM.2107-75FA120, \
HMCs ds8000e.example.com ds8000f.example.com

no problems found
"""


def checked(*paths: Path, colour: bool = False) -> tuple[int, str]:
    """Exit code and output."""
    output = io.StringIO()
    console = Console(file=output, width=200, force_terminal=colour, color_system="standard" if colour else None)
    return check(list(paths), console), output.getvalue()


@pytest.fixture
def main(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A main.cf in the present directory, so that messages do not depend on where tests run."""
    monkeypatch.chdir(tmp_path)
    return Path("main.cf")


def test_the_example_site_as_it_is_understood(main: Path) -> None:
    """Clusters, systems, arrays with their hosts, zones, the tree of resources, and both sides of the mirror."""
    main.write_bytes((SITES / "rdc/main.cf").read_bytes())
    assert checked(main) == (0, SITE_RDC)


def test_what_a_group_requires_of_another_stands_with_it(main: Path) -> None:
    """And the trigger of a group that is not there is found in site.toml."""
    web = "group web (\n\tSystemList = { hosta = 0 }\n\tPreOnline = 1\n\t)\n\trequires group oragrp online local firm\n"
    main.write_text((SITES / "rdc/main.cf").read_text() + web)
    Path("site.toml").write_text('[preonline]\nwebb = "refuses"\n')
    code, output = checked(main)
    assert code == 1
    assert "    requires group oragrp online local firm\n" in output
    assert "preonline.webb, but there is no such group" in output


def test_two_files_are_two_clusters_of_one_site() -> None:
    """Global groups, remote clusters and heartbeats are shown with their cluster."""
    code, output = checked(SITES / "gco/clusa/main.cf", SITES / "gco/clusb/main.cf")
    assert code == 0
    assert "remote cluster clusb at 198.51.100.1" in output
    assert "heartbeat Icmp to clusa" in output
    assert "global: clusters clusa 0, clusb 1; failover Manual; has authority" in output


def test_a_problem_is_shown_with_its_line_a_caret_and_a_hint(main: Path) -> None:
    """A tab does not move the caret away from its word; warnings alone are no failure."""
    main.write_text("cluster c ( )\nsystem a (\n\tCapasity = 1\n\t)\n")
    code, output = checked(main)
    assert code == 0
    assert output.endswith(
        "main.cf:3:2: warning: system a has no attribute Capasity\n"
        "        Capasity = 1\n"
        "        ^\n"
        "    hint: did you mean Capacity?\n"
        "0 errors, 2 warnings\n"
    )


def test_a_configuration_without_a_mirror_says_that_there_is_nothing_to_fly(main: Path) -> None:
    """It may be sound all the same; `run` would refuse it."""
    main.write_text("cluster c ( )\nsystem a ( )\n")
    code, output = checked(main)
    assert code == 0
    assert "main.cf:1:1: warning: no group has a MetroMirror resource, so there is nothing to run" in output


def test_errors_end_with_exit_code_1(main: Path) -> None:
    """A syntax error in one file does not hide what is wrong in another."""
    other = Path("other.cf")
    main.write_text('cluster a ( )\nsystem x ( A = "open )\n')
    other.write_text("cluster b ( )\ngroup g ( SystemList = { nobody } )\n")
    code, output = checked(main, other)
    assert code == 1
    assert (
        'main.cf:2:16: error: this string is not closed before the end of its line\n    system x ( A = "open )'
        in output
    )
    assert "other.cf:2:26: error: SystemList of group g names nobody" in output
    assert "2 errors, 0 warnings" in output


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (("cluster c ( )", "cluster c ( )"), "b.cf:1:9: error: cluster c stands in two files"),
        (
            ("cluster c ( )\nsystem s ( )", "cluster d ( )\nsystem s ( )"),
            "b.cf:2:8: error: system s stands in two files",
        ),
    ],
)
def test_clusters_of_a_site_do_not_share_names(main: Path, texts: tuple[str, str], message: str) -> None:
    """A host is a member of one cluster."""
    paths = (Path("a.cf"), Path("b.cf"))
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    code, output = checked(*paths)
    assert code == 1
    assert message in output


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ((), "name at least one main.cf file"),
        (("none.cf",), "cannot read none.cf: No such file or directory"),
        ((".",), ". is a directory; name the main.cf in it"),
        (("main.cf", "main.cf"), "main.cf is named twice"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2(
    main: Path, capsys: pytest.CaptureFixture[str], paths: tuple[str, ...], message: str
) -> None:
    """One clear line on standard error, nothing half done and nothing on standard output."""
    main.write_text("cluster c ( )")
    code, output = checked(*map(Path, paths))
    assert (code, output) == (2, "")
    assert capsys.readouterr().err.splitlines()[0] == f"mirrordrill check: {message}"


def test_many_errors_of_one_cause_are_told_once(main: Path) -> None:
    """Forty ids without quotes are one mistake: the first three in full, the others by their lines."""
    ids = "".join(f"\tA{number} = 12A{number:X}\n" for number in range(40))
    main.write_text(f"cluster c (\n{ids}\t)\nsystem s (\n\tB = 7-7\n\t)\ngroup g ( SystemList = {{ nobody }} )\n")
    code, output = checked(main)
    assert code == 1
    assert output.count('quote it: "12A') == 3
    assert (
        "... and 38 more errors of this kind, in lines 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 and 26 other lines"
        in output
    )
    assert "SystemList of group g names nobody" in output


def test_colour_is_for_terminals(main: Path) -> None:
    """A log file gets none."""
    main.write_text("nonsense")
    assert "\x1b[" in checked(main, colour=True)[1]
    assert "\x1b[" not in checked(main)[1]


def test_a_file_cannot_play_with_the_terminal(main: Path) -> None:
    """Escape sequences and markup in names are shown, not obeyed."""
    main.write_text('cluster "c\x1b[2J" ( )\ngroup "[red]g" ( SystemList = { "x\x07" } )\n')
    _, output = checked(main)
    assert "\x1b" not in output
    assert "\x07" not in output
    assert r"cluster c\x1b[2J" in output
    assert "group [red]g" in output


def test_a_circle_of_resources_is_drawn_as_well(main: Path) -> None:
    """What is wrong must be visible in what was understood."""
    cluster = 'include "types.cf"\ncluster c ( )\nsystem s ( )\n'
    main.write_text(f"{cluster}group g ( SystemList = {{ s }} )\nNIC a\nNIC b\na requires b\nb requires a\n")
    code, output = checked(main)
    assert code == 1
    assert "└── NIC a\n        └── NIC b\n            └── NIC a (above)\n" in output
