"""Groups so small that what is said of them could be traced to someone: put together, or hidden so that no total gives them away.

A group is small when those in it (municipalities, or documents where the municipality is not known) are fewer than `LEAST`. In a list of
groups the small ones are put together with the smallest others, until what is put together is two groups or more and `LEAST` or more in all:
all parts are still shown, and they add to the total. In a table with two ways in (role by type), a small cell is hidden, and others with it,
until each line that is known in all has nothing hidden, or cells of `LEAST` or more together, and no hidden cell is fixed by the totals. A hidden
cell is fixed by them exactly when it is on no cycle of hidden cells, each cell joining its two lines (Gusfield, 1988, A graph theoretic
approach to statistical data security, doi:10.1137/0217034).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping

LEAST = 3
"""The fewest that are shown as a group of their own."""

Who = frozenset[str]
Cell = tuple[str, str]


def pooled(groups: Mapping[str, Who], least: int = LEAST) -> frozenset[str]:
    """Say which groups of a list are put together.

    Parameters
    ----------
    groups : Mapping[str, frozenset of str]
        Who is in each group.
    least : int
        The fewest that are shown.

    Returns
    -------
    frozenset of str
        The groups put together: none, or two and more; all where there is nobody else to put them with.

    Examples
    --------
    >>> who = {"small": frozenset("a"), "middle": frozenset("bcd"), "large": frozenset("efghi")}
    >>> sorted(pooled(who))
    ['middle', 'small']
    """
    found = {name for name, who in groups.items() if 0 < len(who) < least}
    others = sorted((name for name, who in groups.items() if len(who) >= least), key=lambda name: (len(groups[name]), name))
    while found and others and (len(found) < 2 or len(_together(groups, found)) < least):
        found.add(others.pop(0))
    return frozenset(found)


def _together(groups: Mapping[str, Who], names: Iterable[str]) -> Who:
    return frozenset().union(*(groups[name] for name in names))


def hidden_cells(cells: Mapping[Cell, Who], least: int = LEAST) -> frozenset[Cell]:
    """Say which cells of a table with two ways in are hidden.

    Parameters
    ----------
    cells : Mapping[tuple of str, frozenset of str]
        Who is in each cell, by its row and column; empty cells may be left out.
    least : int
        The fewest that are shown.

    Returns
    -------
    frozenset of tuple of str
        The cells hidden.

    Examples
    --------
    >>> one, three = frozenset("a"), frozenset("bcd")
    >>> sorted(hidden_cells({("r1", "c1"): one, ("r1", "c2"): three, ("r2", "c1"): three, ("r2", "c2"): three, ("r3", "c1"): three}))
    [('r1', 'c1'), ('r1', 'c2'), ('r2', 'c1'), ('r2', 'c2')]
    """
    filled = {cell: who for cell, who in cells.items() if who}
    hidden = {cell for cell, who in filled.items() if len(who) < least}
    lines = _lines(filled, least)
    while hidden and (lacking := _lacking(filled, hidden, lines, least)):
        others = [cell for cell in filled if cell not in hidden]
        if not others:
            break
        near = [cell for cell in others if any(line in lacking for line in _ends(cell, lines))] or others
        hidden.add(min(near, key=lambda cell: (len(filled[cell]), cell)))
    return frozenset(hidden)


def _lines(filled: Mapping[Cell, Who], least: int) -> dict[tuple[int, str], tuple[int, str]]:
    """Return what each row and column counts as: itself, or those that are put together and known only as one."""
    found = {}
    for way in (0, 1):
        who: dict[str, Who] = {}
        for cell, own in filled.items():
            who[cell[way]] = who.get(cell[way], frozenset()) | own
        together = pooled(who, least)
        for name in who:
            found[way, name] = (way, "\0".join(sorted(together)) if name in together else name)
    return found


def _ends(cell: Cell, lines: Mapping[tuple[int, str], tuple[int, str]]) -> tuple[tuple[int, str], tuple[int, str]]:
    return lines[0, cell[0]], lines[1, cell[1]]


def _lacking(filled: Mapping[Cell, Who], hidden: Collection[Cell], lines: Mapping[tuple[int, str], tuple[int, str]], least: int) -> set[Hashable]:
    """Return the lines in which too few are hidden together, and those at the ends of cells that the totals fix."""
    ends = {cell: _ends(cell, lines) for cell in hidden}
    found: set[Hashable] = set()
    for line in {line for pair in ends.values() for line in pair}:
        own = [cell for cell in hidden if line in ends[cell]]
        if len(own) < 2 or len(frozenset().union(*(filled[cell] for cell in own))) < least:
            found.add(line)
    for cell in hidden:
        if not _joined(*ends[cell], [ends[other] for other in hidden if other != cell]):
            found |= set(ends[cell])
    return found


def _joined(start: Hashable, goal: Hashable, edges: Iterable[tuple[Hashable, Hashable]]) -> bool:
    """Say whether edges lead from one line to another."""
    beside: dict[Hashable, set[Hashable]] = {}
    for one, other in edges:
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    seen, waiting = {start}, [start]
    while waiting:
        for line in beside.get(waiting.pop(), set()) - seen:
            seen.add(line)
            waiting.append(line)
    return goal in seen
