"""Small groups are not shown, nor enough others that what they answered cannot be had by subtraction from the total."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def suppressed(counts: Array, least: int) -> Array:
    """Say which groups are not shown.

    A group of fewer than `least` is not shown. Since the total is known, the smallest other groups are not shown either until what
    is hidden is two or more groups of `least` or more together. Where all in them gave one and the same answer, that would still
    tell: then more groups are hidden, until at least two answers are given often enough in what is hidden to be that one.

    Parameters
    ----------
    counts : numpy.ndarray
        How many gave each answer, group by answer.
    least : int
        The smallest group that is shown.

    Returns
    -------
    numpy.ndarray
        For each group whether it is hidden; a group of nobody never is.

    Examples
    --------
    >>> suppressed(np.array([[1, 2], [4, 4], [9, 9]]), 5).tolist()
    [True, True, False]
    >>> suppressed(np.array([[6, 2], [4, 4], [9, 9]]), 5).tolist()
    [False, False, False]
    """
    sizes = counts.sum(axis=1)
    hidden = (sizes > 0) & (sizes < least)
    if not hidden.any():
        return np.asarray(hidden)
    others = [int(place) for place in np.argsort(sizes, kind="stable") if sizes[place] >= max(least, 1)]
    while others and (hidden.sum() < 2 or sizes[hidden].sum() < least):
        hidden[others.pop(0)] = True
    core = int(sizes[hidden].sum())
    if (counts[hidden].sum(axis=0) > 0).sum() < 2:
        while others and (counts[hidden].sum(axis=0) >= core).sum() < 2:
            hidden[others.pop(0)] = True
    return np.asarray(hidden)
