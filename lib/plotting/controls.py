"""Controls of figures that the reader can move: rows of labels and inputs."""

import html
from dataclasses import dataclass


@dataclass(frozen=True)
class Slider:
    """A number that the reader chooses.

    Parameters
    ----------
    signal : str
        Its name in formulas.
    label : str
        Beside it.
    low, high, step : float
        What it can be.
    value : float
        At first.
    """

    signal: str
    label: str
    low: float
    high: float
    step: float
    value: float

    def html(self, name: str) -> str:
        """Row of the controls.

        Parameters
        ----------
        name : str
            Id of the input on the page.

        Returns
        -------
        str
            Label, input and the number that it shows.
        """
        return (
            f'<label for="{name}">{html.escape(self.label)}</label>'
            f'<input type="range" id="{name}" data-signal="{self.signal}" min="{self.low:g}" '
            f'max="{self.high:g}" step="{self.step:g}" value="{self.value:g}">'
            f'<output for="{name}">{self.value:g}</output>'
        )


@dataclass(frozen=True)
class Choice:
    """One of several names that the reader chooses.

    Parameters
    ----------
    signal : str
        Its name in formulas.
    label : str
        Beside it.
    options : tuple of str
        The first is chosen at first.
    """

    signal: str
    label: str
    options: tuple[str, ...]

    @property
    def value(self) -> str:
        """What is chosen at first."""
        return self.options[0]

    def html(self, name: str) -> str:
        """Row of the controls.

        Parameters
        ----------
        name : str
            Id of the list on the page.

        Returns
        -------
        str
            Label and list.
        """
        options = "".join(f"<option>{html.escape(option)}</option>" for option in self.options)
        return (
            f'<label for="{name}">{html.escape(self.label)}</label>'
            f'<select id="{name}" data-signal="{self.signal}">{options}</select><span></span>'
        )
