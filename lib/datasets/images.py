"""Labelled images, and what is done to them before a network sees them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lib.checks import whole

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Dataset:
    """Labelled images.

    Parameters
    ----------
    pixels : (n, height, width) or (n, height, width, colours) array
        Bytes from 0 to 255, or numbers, most often from 0 to 1; NaN and inf stay what they are.
    labels : (n,) array of int
        From 0 to the number of classes, exclusive.
    class_names : tuple of str
        One for each class.
    provenance : str
        Origin and licence, in a line.
    steps : tuple of str
        What was done to them since, in order.
    is_test : (n,) array of bool, optional
        Which images their origin sets aside for testing; None where it does not.

    Raises
    ------
    ValueError
        If there is not one label for each image, or a label lies outside the classes.
    """

    pixels: NDArray[np.uint8] | FloatArray
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    provenance: str
    steps: tuple[str, ...] = ()
    is_test: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        classes = len(self.class_names)
        count = self.pixels.shape[0] if self.pixels.ndim else 0
        if self.labels.shape != (count,):
            raise ValueError(f"{count} images have labels {self.labels.shape}")
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < classes:
            wrong = self.labels[(self.labels < 0) | (self.labels >= classes)][0]
            raise ValueError(f"label {wrong} lies outside the {classes} classes 0 to {classes - 1}")

    def __len__(self) -> int:
        return len(self.pixels)

    @property
    def images(self) -> FloatArray:
        """Images as numbers, those given as bytes from 0 to 1."""
        scale = 255.0 if self.pixels.dtype == np.uint8 else 1.0
        return self.pixels.astype(np.float64) / scale

    @property
    def one_hot(self) -> FloatArray:
        """Labels as columns of zeros with a one, (classes, n)."""
        return np.eye(len(self.class_names))[:, self.labels]

    @property
    def flat(self) -> FloatArray:
        """Images as columns of pixels, (pixels, n)."""
        return self.images.reshape(len(self), -1).T

    @property
    def normalized(self) -> FloatArray:
        """Images as rows of mean 0 and variance 1, by one shift and factor, (n, pixels).

        Raises
        ------
        ValueError
            If the images do not vary.
        """
        rows = self.flat.T
        if rows.std() == 0:
            raise ValueError("the images do not vary: nothing to learn from")
        return np.asarray((rows - rows.mean()) / rows.std())

    @property
    def standardized(self) -> FloatArray:
        """Images of mean 0 and variance 1 each, (n, height, width, colours).

        As Zhang et al. 2017 (appendix A) do: the deviation by which an image is divided is never
        less than that of a single pixel that differs from the others by one, so that noise in a
        blank image is not blown up.
        """
        images = self.images
        images = images[..., None] if images.ndim == 3 else images
        axes = (1, 2, 3)
        floor = 1.0 / np.sqrt(np.prod(images.shape[1:]))
        deviation = np.maximum(images.std(axis=axes, keepdims=True), floor)
        return np.asarray((images - images.mean(axis=axes, keepdims=True)) / deviation)

    def described(self) -> str:
        """Where the images come from and what was done to them, in a line.

        Returns
        -------
        str
            For the page.
        """
        return "; ".join((self.provenance, *self.steps))

    def cropped(self, side: int) -> "Dataset":
        """Central squares of the images.

        Parameters
        ----------
        side : int
            Height and width to keep, in pixels.

        Returns
        -------
        Dataset
            Recorded as a step. The images themselves where they are so small already.

        Raises
        ------
        ValueError
            If nothing would be left.
        """
        if side < 1:
            raise ValueError(f"side must be at least 1 pixel, got {side}")
        height, width = self.pixels.shape[1:3]
        if side >= max(height, width):
            return self
        keep_h, keep_w = min(side, height), min(side, width)
        top, left = (height - keep_h) // 2, (width - keep_w) // 2
        pixels = self.pixels[:, top : top + keep_h, left : left + keep_w]
        return replace(self, pixels=pixels, steps=(*self.steps, f"central {keep_h} × {keep_w}"))

    def split(self, train: int, test: int, seed: int) -> tuple["Dataset", "Dataset"]:
        """Draw images to learn from and others to test on, as many of each class.

        Parameters
        ----------
        train, test : int
            How many; classes differ by one where it does not divide.
        seed : int
            Of the draw.

        Returns
        -------
        tuple of Dataset
            To learn from and to test on, in random order. Where the origin sets images aside for
            testing, those to test on are drawn from these and the others from the rest.

        Raises
        ------
        ValueError
            If a class has too few images, or a number is negative.
        """
        if train < 0 or test < 0:
            raise ValueError(f"train and test must not be negative, got {train} and {test}")
        whole("seed", seed, 0)
        # The permutation alone is random: images of each class are taken in its order.
        order = np.random.default_rng([seed, 41]).permutation(len(self))
        if self.is_test is None:
            learned = self._balanced(order, train, "to learn from")
            rest = order[~np.isin(order, learned)]
        else:
            learned = self._balanced(order[~self.is_test[order]], train, "to learn from")
            rest = order[self.is_test[order]]
        tested = self._balanced(rest, test, "to test on")
        return (
            self._taken(learned, f"{train} to learn from, balanced, by seed {seed}"),
            self._taken(tested, f"{test} to test on, balanced, by seed {seed}"),
        )

    def _balanced(self, order: NDArray[np.int64], count: int, purpose: str) -> NDArray[np.int64]:
        classes = len(self.class_names)
        wanted = np.full(classes, count // classes) + (np.arange(classes) < count % classes)
        taken = np.zeros(len(order), dtype=bool)
        for label, number in enumerate(wanted):
            found = np.flatnonzero(self.labels[order] == label)
            if len(found) < number:
                raise ValueError(
                    f"{count} images {purpose} need {number} of class "
                    f"{self.class_names[label]!r}, and {len(found)} are left; ask for fewer"
                )
            taken[found[:number]] = True
        return order[taken]

    def _taken(self, which: NDArray[np.int64], step: str) -> "Dataset":
        return replace(
            self,
            pixels=self.pixels[which],
            labels=self.labels[which],
            steps=(*self.steps, step),
            is_test=None,
        )
