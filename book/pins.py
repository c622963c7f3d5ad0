"""The versions of the tested environment, as ``constraints.txt`` has them."""

from packaging.requirements import InvalidRequirement, Requirement

from book.project import BookError, Project


def read_pins(project: Project) -> list[Requirement]:
    """Read the pins.

    Parameters
    ----------
    project : Project
        The checkout.

    Returns
    -------
    list of Requirement
        One for each package, in the order of the file; comments are left out.

    Raises
    ------
    BookError
        If the file cannot be read, or a line is no requirement.
    """
    try:
        lines = project.pins.read_text(encoding="utf-8").splitlines()
        return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    except (OSError, InvalidRequirement) as error:
        raise BookError(f"{project.pins}: {error}") from error
