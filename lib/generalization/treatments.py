"""Data with the relation of images and labels kept, loosened or destroyed.

Zhang, Bengio, Hardt, Recht and Vinyals, *Understanding deep learning requires rethinking
generalization*, 2017, section 2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from lib.checks import as_array, at_least, shaped
from lib.datasets import Dataset

Images = NDArray[np.float32]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Task:
    """Images and labels to learn, and others to test on.

    Parameters
    ----------
    images, test_images : (n, colours, height, width) arrays of float32, or of another precision
        What a network sees; whole numbers become float32, NaN and inf stay what they are.
    labels, test_labels : (n,) arrays of int
        Classes; those of the test images are never changed.
    classes : int
        How many there are.

    Raises
    ------
    ValueError
        If images or labels are no real numbers.
    """

    images: Images
    labels: Labels
    test_images: Images
    test_labels: Labels
    classes: int

    def __post_init__(self) -> None:
        # As tensors can share them: not backwards, and not read-only.
        for part in ("images", "labels", "test_images", "test_labels"):
            array = as_array(part, getattr(self, part))
            if array.dtype.kind not in "biuf":
                raise ValueError(f"{part} must be real numbers, got {array.dtype}")
            kind = np.float32 if part.endswith("images") and array.dtype.kind != "f" else None
            object.__setattr__(self, part, np.require(array, kind, ["C", "W"]))


def original(train: Dataset, test: Dataset) -> Task:
    """Task of the data as they are, each image of mean 0 and variance 1.

    Parameters
    ----------
    train, test : Dataset
        To learn from and to test on.

    Returns
    -------
    Task
        With the true labels.
    """
    return Task(
        _channels_first(train),
        train.labels,
        _channels_first(test),
        test.labels,
        len(train.class_names),
    )


def corrupt(labels: Labels, share: float, classes: int, rng: np.random.Generator) -> Labels:
    """Replace each label, with some probability, by one drawn from all classes alike.

    Parameters
    ----------
    labels : (n,) array of int
        True ones.
    share : float
        The probability, from 0 to 1. One label in as many as there are classes is drawn as it was.
    classes : int
        How many.
    rng : Generator
        Source of all draws.

    Returns
    -------
    (n,) array of int
        The first draws of a generator are the same for every share, so that of two shares the
        larger one corrupts all that the smaller one does, and in the same way.

    Raises
    ------
    ValueError
        If the share is no probability, or there is no label or no class.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie from 0 to 1, got {share}")
    at_least("classes", classes, 1)
    shaped("labels", labels, ("n",))
    chosen = rng.random(len(labels)) < share
    return np.where(chosen, rng.integers(0, classes, len(labels)), labels)


def with_corrupted_labels(task: Task, share: float, seed: int) -> Task:
    """Corrupt a part of the labels to learn.

    Parameters
    ----------
    task : Task
        With true labels.
    share : float
        Probability that a label is drawn anew.
    seed : int
        Of the draws.

    Returns
    -------
    Task
        Images and test labels as they were.

    Raises
    ------
    ValueError
        If the share is no probability, or the seed negative.
    """
    at_least("seed", seed, 0)
    labels = corrupt(task.labels, share, task.classes, np.random.default_rng([seed, 51]))
    return Task(task.images, labels, task.test_images, task.test_labels, task.classes)


def with_random_labels(task: Task, seed: int) -> Task:
    """Draw every label to learn anew.

    Parameters
    ----------
    task : Task
        With true labels.
    seed : int
        Of the draws.

    Returns
    -------
    Task
        Images and test labels as they were.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    return with_corrupted_labels(task, 1.0, seed)


def with_shuffled_pixels(task: Task, seed: int) -> Task:
    """Permute the pixels of all images, of training and test, in the same way.

    Parameters
    ----------
    task : Task
        Any.
    seed : int
        Of the permutation.

    Returns
    -------
    Task
        Labels as they were; the colours of a pixel stay together.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    at_least("seed", seed, 0)
    order = np.random.default_rng([seed, 52]).permutation(task.images[0, 0].size)
    images, test_images = (_flat(x)[..., order] for x in (task.images, task.test_images))
    return _with_images(task, images, test_images)


def with_random_pixels(task: Task, seed: int) -> Task:
    """Permute the pixels of every image in a way of its own.

    Parameters
    ----------
    task : Task
        Any.
    seed : int
        Of the permutations.

    Returns
    -------
    Task
        Labels as they were; the colours of a pixel stay together.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    at_least("seed", seed, 0)
    rng = np.random.default_rng([seed, 53])
    return _with_images(task, _scattered(task.images, rng), _scattered(task.test_images, rng))


def with_gaussian_images(task: Task, seed: int) -> Task:
    """Put independent normal numbers in the place of all pixels.

    Parameters
    ----------
    task : Task
        Any.
    seed : int
        Of the numbers.

    Returns
    -------
    Task
        Labels as they were; mean and variance over all pixels are those of the images to learn.

    Raises
    ------
    ValueError
        If the seed is negative.
    """
    at_least("seed", seed, 0)
    rng = np.random.default_rng([seed, 54])
    mean, deviation = task.images.mean(), task.images.std()
    images, test_images = (
        rng.normal(mean, deviation, x.shape) for x in (task.images, task.test_images)
    )
    return _with_images(task, images, test_images)


TREATMENTS: Mapping[str, Callable[[Task, int], Task]] = MappingProxyType(
    {
        "true labels": lambda task, _seed: task,
        "random labels": with_random_labels,
        "shuffled pixels": with_shuffled_pixels,
        "random pixels": with_random_pixels,
        "Gaussian images": with_gaussian_images,
    }
)


def _channels_first(data: Dataset) -> Images:
    return np.ascontiguousarray(data.standardized.transpose(0, 3, 1, 2), dtype=np.float32)


def _flat(images: Images) -> Images:
    return images.reshape(*images.shape[:2], -1)


def _scattered(images: Images, rng: np.random.Generator) -> Images:
    order = rng.permuted(np.tile(np.arange(images[0, 0].size), (len(images), 1)), axis=1)
    return np.take_along_axis(_flat(images), order[:, None], axis=2)


def _with_images(task: Task, images: NDArray[np.floating], tests: NDArray[np.floating]) -> Task:
    return Task(
        images.reshape(task.images.shape).astype(np.float32),
        task.labels,
        tests.reshape(task.test_images.shape).astype(np.float32),
        task.test_labels,
        task.classes,
    )
