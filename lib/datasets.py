"""Images and labels to learn from, with where they come from."""

import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

NAMES = ("digits",)
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Dataset:
    """Labelled images.

    Parameters
    ----------
    images : (n, height, width) or (n, height, width, colours) array
        From 0 to 1.
    labels : (n,) array of int
        From 0 to the number of classes, exclusive.
    class_names : tuple of str
        One for each class.
    provenance : str
        Origin and licence, in a line.
    """

    images: NDArray[np.float64]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    provenance: str

    @property
    def one_hot(self) -> NDArray[np.float64]:
        """Labels as columns of zeros with a one, (classes, n)."""
        return np.eye(len(self.class_names))[:, self.labels]

    @property
    def flat(self) -> NDArray[np.float64]:
        """Images as columns of pixels, (pixels, n)."""
        return self.images.reshape(len(self.images), -1).T

    @property
    def normalized(self) -> NDArray[np.float64]:
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


def load(name_or_path: str) -> Dataset:
    """Load a data set by its name, or the user's own from a file.

    Parameters
    ----------
    name_or_path : str
        ``digits``, or the path of an ``.npz`` file with arrays ``images`` (n, height, width) or
        (n, height, width, colours) and ``labels`` (n integers from 0); optionally ``class_names``.
        A path is taken from the current folder or else from the root of the checkout.

    Returns
    -------
    Dataset
        With images scaled to [0, 1].

    Raises
    ------
    ValueError
        If the name is unknown, the file is missing or is no such archive, or its arrays do not fit
        together. Pickled objects are never loaded.
    """
    if name_or_path == "digits":
        digits = load_digits()
        return Dataset(
            images=digits.images / 16.0,
            labels=digits.target.astype(np.int64),
            class_names=tuple(str(digit) for digit in digits.target_names),
            provenance="1797 handwritten digits, 8×8, UCI Machine Learning Repository (CC BY 4.0), "
            "as shipped with scikit-learn",
        )
    if not name_or_path.endswith(".npz"):
        raise ValueError(
            f"unknown dataset {name_or_path!r}; give one of {', '.join(NAMES)} "
            "or the path of an .npz file with images and labels"
        )
    return _load_npz(name_or_path)


def _load_npz(name: str) -> Dataset:
    path = next((p for p in (Path(name), ROOT / name) if p.is_file()), None)
    if path is None:
        raise ValueError(f"dataset {name!r}: no such file here or in {ROOT}")
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(f"dataset {name!r} is not an archive of plain arrays: {error}") from error
    missing = {"images", "labels"} - set(arrays)
    if missing:
        raise ValueError(f"dataset {name!r} lacks {', '.join(sorted(missing))}")
    images, labels = arrays["images"], arrays["labels"]
    _check(name, images, labels)
    scale = 255.0 if images.dtype == np.uint8 else 1.0
    classes = int(labels.max()) + 1
    names = tuple(map(str, arrays.get("class_names", range(classes))))
    if len(names) < classes:
        raise ValueError(f"dataset {name!r}: label {classes - 1}, but {len(names)} class names")
    return Dataset(
        images=images.astype(np.float64) / scale,
        labels=labels.astype(np.int64),
        class_names=names,
        provenance=f"the user's own file {path.name}",
    )


def _check(name: str, images: NDArray[np.generic], labels: NDArray[np.generic]) -> None:
    if images.ndim not in {3, 4} or not images.size or images.dtype.kind not in "fui":
        raise ValueError(
            f"dataset {name!r}: images must be numbers of shape (n, height, width) or "
            f"(n, height, width, colours), got {images.dtype} {images.shape}"
        )
    if not np.isfinite(images.astype(np.float64)).all():
        raise ValueError(f"dataset {name!r}: images hold NaN or infinite values")
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "ui":
        raise ValueError(
            f"dataset {name!r}: labels must be {len(images)} integers, one an image, got "
            f"{labels.dtype} {labels.shape}"
        )
    if int(labels.min()) < 0:
        raise ValueError(f"dataset {name!r}: labels must not be negative")
