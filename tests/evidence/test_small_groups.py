"""What is put together or hidden cannot be had from the totals that are known."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from samvirke.evidence._small_groups import LEAST, Cell, Who, hidden_cells, pooled

WHO = st.frozensets(st.sampled_from("abcdefghijklmnop"), max_size=6)


@given(st.dictionaries(st.sampled_from("uvwxyz"), WHO, max_size=6))
def test_what_is_put_together_is_two_groups_and_enough_people(groups: dict[str, Who]) -> None:
    found = pooled(groups)
    assert {name for name, who in groups.items() if 0 < len(who) < LEAST} <= found
    if not found:
        return
    everyone = {name for name, who in groups.items() if who}
    together: Who = frozenset().union(*(groups[name] for name in found))
    assert (len(found) >= 2 and len(together) >= LEAST) or found == everyone


@given(st.dictionaries(st.sampled_from("uvwxyz"), WHO, max_size=6))
def test_no_group_is_put_together_without_need(groups: dict[str, Who]) -> None:
    if all(len(who) >= LEAST or not who for who in groups.values()):
        assert pooled(groups) == frozenset()


@st.composite
def tables(draw: st.DrawFn) -> dict[Cell, Who]:
    """Draw a table in which each person is in one column and one row, as a municipality has one size."""
    rows, columns = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    sizes = [[draw(st.integers(0, 6)) for _ in range(columns)] for _ in range(rows)]
    return {
        (f"r{row}", f"c{column}"): frozenset(f"{row}.{column}.{one}" for one in range(sizes[row][column])) for row in range(rows) for column in range(columns)
    }


def line_names(cells: dict[Cell, Who], way: int) -> list[list[str]]:
    """Return the rows or columns whose sums are known: one by one, but the small ones only together."""
    who: dict[str, Who] = {}
    for cell, own in cells.items():
        if own:
            who[cell[way]] = who.get(cell[way], frozenset()) | own
    small = pooled(who)
    return [[name] for name in who if name not in small] + ([sorted(small)] if small else [])


def ranges(cells: dict[Cell, Who], hidden: list[Cell]) -> dict[Cell, tuple[float, float]]:
    """Return what each hidden cell may be for one who knows all sums and that nothing is below zero."""
    sums, right = [], []
    for way in (0, 1):
        for names in line_names(cells, way):
            sums.append([float(cell[way] in names) for cell in hidden])
            right.append(sum(len(cells[cell]) for cell in hidden if cell[way] in names))
    found = {}
    for place, cell in enumerate(hidden):
        aim = np.zeros(len(hidden))
        aim[place] = 1
        ends = [linprog(sign * aim, A_eq=sums, b_eq=right, bounds=(0, None)) for sign in (1, -1)]
        assert all(one.status == 0 for one in ends)
        found[cell] = (ends[0].fun, -ends[1].fun)
    return found


@settings(max_examples=100, deadline=None)
@given(tables())
def test_no_hidden_cell_can_be_worked_out_from_the_sums(cells: dict[Cell, Who]) -> None:
    hidden = sorted(hidden_cells(cells))
    filled = {cell for cell, who in cells.items() if who}
    assert {cell for cell in filled if len(cells[cell]) < LEAST} <= set(hidden)
    if not hidden or set(hidden) == filled:
        return
    for cell, (low, high) in ranges(cells, hidden).items():
        assert high - low >= 1 - 1e-7, (hidden, cell)


@settings(max_examples=100, deadline=None)
@given(tables())
def test_each_known_line_hides_nothing_or_enough(cells: dict[Cell, Who]) -> None:
    hidden = hidden_cells(cells)
    if hidden == {cell for cell, who in cells.items() if who}:
        return
    for way in (0, 1):
        for names in line_names(cells, way):
            own = [cell for cell in hidden if cell[way] in names]
            assert not own or sum(len(cells[cell]) for cell in own) >= LEAST


def test_a_cell_between_two_cycles_is_not_left_to_be_worked_out() -> None:
    """Two in each line are not enough: a cell that joins two cycles is fixed by the sums, and more must be hidden."""
    two, ten = frozenset("ab"), frozenset("abcdefghij")
    small = [("r1", "c1"), ("r1", "c2"), ("r2", "c1"), ("r2", "c2"), ("r3", "c3"), ("r3", "c4"), ("r4", "c3"), ("r4", "c4"), ("r2", "c3")]
    cells = {(f"r{row}", f"c{column}"): two if (f"r{row}", f"c{column}") in small else ten for row in range(1, 5) for column in range(1, 5)}
    low, high = ranges(cells, small)["r2", "c3"]
    assert high - low < 1e-7
    hidden = sorted(hidden_cells(cells))
    assert len(hidden) > len(small)
    assert all(high - low >= 1 for low, high in ranges(cells, hidden).values())
