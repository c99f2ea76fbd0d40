"""The mutator changes what it says, and nothing else; its sample is the same every time."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from tests.mutation.mutants import MODULES, mutants_of, sample

PRINTS_WHAT_CHANGED = """
    import importlib, json
    from tests.mutation.mutants import _functions, mutants_of, put_in
    module = importlib.import_module("mirrordrill.agent.{module}")
    functions = list(_functions(module))
    before = [function.__code__ for function in functions]
    put_in(mutants_of("{module}")[{number}])
    changed = [f.__qualname__ for f, code in zip(functions, before) if f.__code__ != code]
    print(json.dumps(changed))
"""


def test_the_sample_is_the_same_every_time() -> None:
    """Of the same seed and sources; every module has mutants in it."""
    first = sample(16, 150)
    assert first == sample(16, 150)
    assert len({mutant.name for mutant in first}) == 150
    assert {mutant.module for mutant in first} == set(MODULES)
    assert first != sample(17, 150)


@pytest.mark.parametrize("module", ["decide", "lock", "dscli"])
def test_a_mutant_is_one_function_that_does_something_else(module: str) -> None:
    """All other functions of the module are as they were."""
    number = len(mutants_of(module)) // 2
    code = textwrap.dedent(PRINTS_WHAT_CHANGED.format(module=module, number=number))
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(told.stdout) == [mutants_of(module)[number].function]
