"""Items and their properties, related like the branches of a tree: a task with known modes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lib.checks import finite, shaped

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class ItemProperties:
    """Which item has which property.

    Parameters
    ----------
    Y : (P, I) array
        1 where item i has property p, else 0.
    items : tuple of str
        Names of the items.
    properties : tuple of str
        Names of the properties.
    levels : (M,) array of int
        Depth in the tree of each mode, in descending order of singular values; 0 is the root.
    """

    Y: FloatArray
    items: tuple[str, ...]
    properties: tuple[str, ...]
    levels: NDArray[np.int64]

    @property
    def Sigma31(self) -> FloatArray:
        """Input–output correlation, when each item is a unit of its own and ``Σ11 = I``."""
        # Inputs √I e_i make ⟨x xᵀ⟩ the identity.
        return np.asarray(self.Y / np.sqrt(self.Y.shape[1]))

    @property
    def singular_values(self) -> FloatArray:
        """Singular values of ``Σ31`` in closed form, (M,).

        In a tree of depth D a node at level l has ``2^{D−l}`` leaves. The mode that tells it from
        its sibling (for the root: the constant) has ``s² = (2^{D−l+1} − 1)/I``.
        """
        depth = int(self.levels.max())
        return np.asarray(np.sqrt((2.0 ** (depth - self.levels + 1) - 1) / self.Y.shape[1]))


def by_level(values: FloatArray, levels: NDArray[np.int64]) -> FloatArray:
    """Mean over the modes of each level, which are learned together.

    Parameters
    ----------
    values : (..., M) array
        A number for each mode.
    levels : (M,) array of int
        Level of each mode, from 0.

    Returns
    -------
    (..., L) array
        A number for each level.

    Raises
    ------
    ValueError
        If there is not a level for each mode, no mode for a level below the largest, a level is
        no whole number, or a value is not finite.
    """
    shaped("levels", levels, ("M",))
    finite("values", shaped("values", values, (..., levels.size)))
    if levels.dtype.kind not in "iu":
        raise ValueError(f"levels must be whole numbers, got {levels.dtype}")
    if set(levels.tolist()) != set(range(levels.max() + 1)):
        raise ValueError(
            f"levels must be all of 0 to the largest, got {sorted(set(levels.tolist()))}"
        )
    means = [values[..., levels == level].mean(axis=-1) for level in range(levels.max() + 1)]
    return np.stack(means, axis=-1)


def binary_tree(depth: int) -> ItemProperties:
    """Items at the leaves of a binary tree; each node is a property of the leaves under it.

    Parameters
    ----------
    depth : int
        Number of branchings from the root to a leaf, at least 1.

    Returns
    -------
    ItemProperties
        With ``2^depth`` items and ``2^{depth+1} − 1`` properties.

    Raises
    ------
    ValueError
        If `depth` is smaller than 1.

    Notes
    -----
    The modes are the Haar wavelets of the tree: the constant, and for each inner node the
    difference of its two halves. After Saxe et al. 2014, hierarchical structure; Saxe et al. 2019.
    """
    if depth < 1:
        raise ValueError(f"depth must be at least 1, got {depth}")
    leaves = 2**depth
    rows = [
        np.repeat(np.eye(2**level)[node], leaves // 2**level)
        for level in range(depth + 1)
        for node in range(2**level)
    ]
    # Mode 0 is the constant; then each inner node, level by level, tells its two halves apart.
    levels = [0] + [level + 1 for level in range(depth) for _ in range(2**level)]
    names = tuple(f"{level}.{node}" for level in range(depth + 1) for node in range(2**level))
    items = tuple(f"item {leaf}" for leaf in range(leaves))
    return ItemProperties(np.array(rows), items, names, np.array(levels))


def living_things() -> ItemProperties:
    """The four living things and seven properties of the literature on semantic development.

    Returns
    -------
    ItemProperties
        A binary tree of depth 2 with names: canary and salmon are animals, oak and rose plants.

    Notes
    -----
    Saxe et al. 2014, figure 1, after Rogers and McClelland.
    """
    tree = binary_tree(2)
    items = ("canary", "salmon", "oak", "rose")
    properties = ("grows", "moves", "has roots", "flies", "swims", "has bark", "has petals")
    return ItemProperties(tree.Y, items, properties, tree.levels)
