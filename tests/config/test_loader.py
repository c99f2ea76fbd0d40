"""Files that include each other, are missing, or are not what they seem."""

from pathlib import Path

import pytest

from mirrordrill.simulator.config.loader import load
from mirrordrill.simulator.config.model import Include, TypeDefinition
from mirrordrill.simulator.config.problems import ConfigError, Problem


def write(folder: Path, **files: str) -> Path:
    """Files by their stem; the path of main.cf."""
    for name, text in files.items():
        (folder / f"{name}.cf").write_text(text)
    return folder / "main.cf"


def problems_of(path: Path) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return caught.value.problems


def test_included_definitions_stand_in_the_place_of_the_include(tmp_path: Path) -> None:
    """Order is the order of reading, through several levels."""
    main = write(tmp_path, main='include "a.cf"\ntype C ( )', a='type A ( )\ninclude "b.cf"', b="type B ( )")
    types = list(load(main).of_kind(TypeDefinition))
    assert [definition.name.text for definition in types] == ["A", "B", "C"]
    assert types[1].name.position.file == str(tmp_path / "b.cf")


@pytest.mark.parametrize("name", ["types.cf", "OracleTypes.cf", "CVMTypes.cf", "MetroMirrorTypes.cf"])
def test_type_files_that_every_cluster_has_may_be_missing(tmp_path: Path, name: str) -> None:
    """Who copies a main.cf often leaves them behind; ours stand in for them."""
    (include,) = load(write(tmp_path, main=f'include "{name}"')).of_kind(Include)
    assert include.is_stand_in
    assert include.content is not None
    assert list(include.content.of_kind(TypeDefinition))


def test_a_file_that_is_there_beats_ours(tmp_path: Path) -> None:
    """The user's own types.cf is the truth about the user's cluster."""
    configuration = load(write(tmp_path, main='include "types.cf"', types="type Mine ( )"))
    assert [definition.name.text for definition in configuration.of_kind(TypeDefinition)] == ["Mine"]


def test_our_types_are_there_once_for_all_the_files_they_stand_in_for(tmp_path: Path) -> None:
    """types.cf and OracleTypes.cf are the same file here."""
    configuration = load(write(tmp_path, main='include "types.cf"\ninclude "OracleTypes.cf"'))
    names = [definition.name.text for definition in configuration.of_kind(TypeDefinition)]
    assert names.count("Oracle") == 1


def test_any_other_file_that_is_missing_is_left_to_the_checks(tmp_path: Path) -> None:
    """Its types are not known, and a drill can do without them."""
    (include,) = load(write(tmp_path, main='include "SiteTypes.cf"')).of_kind(Include)
    assert include.is_missing
    assert not include.is_stand_in


@pytest.mark.parametrize("name", ["../types.cf", "{0}/types.cf"])
def test_an_include_leads_to_no_other_directory(tmp_path: Path, name: str) -> None:
    """A main.cf of somebody else's would have us read and quote any file of this machine."""
    (tmp_path / "types.cf").write_text("type Secret ( )")
    below = tmp_path / "below"
    below.mkdir()
    configuration = load(write(below, main=f'include "{name.format(tmp_path)}"'))
    assert "Secret" not in {each.name.text for each in configuration.of_kind(TypeDefinition)}


def test_files_that_include_each_other_in_a_circle(tmp_path: Path) -> None:
    """Named in the order in which they do."""
    main = write(tmp_path, main='include "a.cf"', a='include "main.cf"')
    (problem,) = problems_of(main)
    assert problem.position.file == str(tmp_path / "a.cf")
    assert "main.cf includes a.cf includes main.cf" in problem.message


def test_a_file_included_twice(tmp_path: Path) -> None:
    """VCS would find every type in it defined twice."""
    (problem,) = problems_of(write(tmp_path, main='include "a.cf"\ninclude "a.cf"', a="type A ( )"))
    assert problem.position.line == 2
    assert "twice" in problem.message


def test_files_that_include_each_other_a_thousand_times_in_a_row(tmp_path: Path) -> None:
    """One problem with its place, and no end of the interpreter's patience."""
    chain = {f"f{at}": f'include "f{at + 1}.cf"' for at in range(1000)}
    (problem,) = problems_of(write(tmp_path, main='include "f0.cf"', **chain))
    assert problem.position.line == 1
    assert "more than 20 files include each other in a row" in problem.message


def test_more_files_than_any_cluster_has_types(tmp_path: Path) -> None:
    """Said once, where it begins to be too much."""
    many = {f"f{at}": f"type T{at} ( )" for at in range(510)}
    (problem,) = problems_of(write(tmp_path, main="\n".join(f'include "{name}.cf"' for name in many), **many))
    assert problem.position.line == 501
    assert "more than 500 files are included" in problem.message


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (b"cluster c ( )\nsy\0stem", 2, 3, "not a text file"),
        (b"cluster c ( )\n\xff", 2, 1, "not UTF-8 text: byte 0xFF"),
    ],
)
def test_a_file_that_is_not_text(tmp_path: Path, content: bytes, line: int, column: int, message: str) -> None:
    """With the place of the first byte that is not."""
    main = tmp_path / "main.cf"
    main.write_bytes(content)
    (problem,) = problems_of(main)
    assert problem.position == (str(main), line, column)
    assert message in problem.message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """A missing main.cf and a directory in the place of an include are problems, not tracebacks."""
    assert "No such file" in problems_of(tmp_path / "main.cf")[0].message
    (tmp_path / "dir.cf").mkdir()
    assert "not a regular file" in problems_of(write(tmp_path, main='include "dir.cf"'))[0].message


def test_syntax_errors_of_all_files_come_together(tmp_path: Path) -> None:
    """One run finds them all."""
    main = write(tmp_path, main='include "a.cf"\ninclude "b.cf"', a="type ( )", b="group ( )")
    assert [Path(problem.position.file).name for problem in problems_of(main)] == ["a.cf", "b.cf"]
