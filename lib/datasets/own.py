"""The user's own images: an archive of arrays, or a folder with a sub-folder for each class."""

import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from lib.datasets.images import Dataset

MOST_CLASSES = 10_000  # that need no names; larger labels are more likely not to be classes
Arrays = dict[str, NDArray[np.generic]]


def load_archive(path: Path) -> Dataset:
    """Load images and labels from an ``.npz`` file.

    Parameters
    ----------
    path : Path
        With arrays ``images`` (n, height, width) or (n, height, width, colours) and ``labels`` (n
        integers from 0), or with ``train_images``, ``train_labels``, ``test_images`` and
        ``test_labels``; in either case optionally ``class_names``.

    Returns
    -------
    Dataset
        With the test images marked where the file tells them apart.

    Raises
    ------
    ValueError
        If it is no such archive, or its arrays do not fit together. Pickled objects are never
        loaded.
    """
    try:
        # Opened here, since NumPy leaves a file open that turns out to be cut short.
        with path.open("rb") as stream:
            archive = np.load(stream, allow_pickle=False)
            # What was saved as a single array has no files: it will lack them all.
            arrays: Arrays = {key: archive[key] for key in getattr(archive, "files", ())}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{path} is not an archive of plain arrays: {error}") from error
    split = "train_images" in arrays
    parts = [_part(path, arrays, prefix) for prefix in (("train_", "test_") if split else ("",))]
    if len({(images.shape[1:], images.dtype) for images, _ in parts}) > 1:
        raise ValueError(f"{path}: training and test images differ in shape or type")
    labels = np.concatenate([labels for _, labels in parts]).astype(np.int64)
    if "class_names" not in arrays and labels.max() >= MOST_CLASSES:
        raise ValueError(
            f"{path}: labels count classes from 0, got {labels.max()}; give class_names"
        )
    names = tuple(map(str, np.atleast_1d(arrays.get("class_names", np.arange(labels.max() + 1)))))
    pixels = np.concatenate([images for images, _ in parts])
    # Only bytes count from 0 to 255; other numbers are taken as they are.
    pixels = pixels if pixels.dtype == np.uint8 else pixels.astype(np.float64)
    try:
        return Dataset(
            pixels,
            labels,
            names,
            provenance=f"the user's own file {path.name}",
            is_test=np.arange(len(labels)) >= len(parts[0][1]) if split else None,
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error


def _part(path: Path, arrays: Arrays, prefix: str) -> tuple[NDArray[np.generic], ...]:
    keys = [f"{prefix}images", f"{prefix}labels"]
    missing = [key for key in keys if key not in arrays]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}")
    images, labels = (arrays[key] for key in keys)
    if images.ndim not in {3, 4} or not images.size or images.dtype.kind not in "fui":
        raise ValueError(
            f"{path}: {keys[0]} must be numbers of shape (n, height, width) or "
            f"(n, height, width, colours), got {images.dtype} {images.shape}"
        )
    if not np.isfinite(images.astype(np.float64)).all():
        raise ValueError(f"{path}: {keys[0]} hold NaN or infinite values")
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "ui":
        raise ValueError(
            f"{path}: {keys[1]} must be {len(images)} integers, one an image, got "
            f"{labels.dtype} {labels.shape}"
        )
    return images, labels


def load_folder(path: Path) -> Dataset:
    """Load pictures from a folder with a sub-folder for each class.

    Parameters
    ----------
    path : Path
        The folder. Classes are its sub-folders in alphabetical order; in them every file but
        hidden ones is a picture that Pillow reads. All are grey, or all are taken as coloured.

    Returns
    -------
    Dataset
        With pixels as bytes.

    Raises
    ------
    ValueError
        If there are less than two sub-folders with pictures, a file is no picture, or two
        pictures differ in size.
    """
    folders = sorted(f for f in path.iterdir() if f.is_dir() and not f.name.startswith("."))
    if len(folders) < 2:
        raise ValueError(f"{path}: one sub-folder of pictures for each class, found {len(folders)}")
    pictures: list[Image.Image] = []
    labels: list[int] = []
    first = None
    for label, folder in enumerate(folders):
        files = sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
        if not files:
            raise ValueError(f"{folder} holds no pictures")
        for file in files:
            picture = _picture(file)
            first = first or file
            if pictures and picture.size != pictures[0].size:
                raise ValueError(
                    f"pictures must have one size: {first} is {_size(pictures[0])} and "
                    f"{file} is {_size(picture)} pixels"
                )
            pictures.append(picture)
            labels.append(label)
    mode = "L" if all(picture.mode in {"1", "L"} for picture in pictures) else "RGB"
    return Dataset(
        pixels=np.stack([np.asarray(picture.convert(mode)) for picture in pictures]),
        labels=np.array(labels, dtype=np.int64),
        class_names=tuple(folder.name for folder in folders),
        provenance=f"the user's own folder {path.name}",
    )


def _picture(file: Path) -> Image.Image:
    try:
        with Image.open(file) as opened:
            opened.load()
            picture = opened.copy()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise ValueError(f"{file} is not a picture that can be read: {error}") from error
    if picture.mode[0] in "IF":  # Pillow would cut such pixels off at 255
        raise ValueError(f"{file} has more than 8 bits a pixel; save it with 8")
    return picture


def _size(picture: Image.Image) -> str:
    return f"{picture.width} × {picture.height}"
