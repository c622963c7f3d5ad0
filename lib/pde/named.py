"""Filters that have a name in image processing and in numerical analysis."""

import sympy as sp

from lib.pde.moments import Filter, Index, from_kernel, operator
from lib.pde.stencils import backward, central, combine, compose, forward, stencil, tensor


def sobel() -> Filter:
    """Sobel's filter: smooths along the second axis, differentiates along the first.

    Returns
    -------
    Filter
        8 ∂₁, of accuracy 2.
    """
    return from_kernel([[-1, -2, -1], [0, 0, 0], [1, 2, 1]])


def prewitt() -> Filter:
    """Prewitt's filter, with equal weights across.

    Returns
    -------
    Filter
        6 ∂₁, of accuracy 2.
    """
    return from_kernel([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])


def scharr() -> Filter:
    """Scharr's filter, with weights 3, 10, 3 across.

    Returns
    -------
    Filter
        32 ∂₁, of accuracy 2.
    """
    return from_kernel([[-3, -10, -3], [0, 0, 0], [3, 10, 3]])


def roberts() -> Filter:
    """Roberts' cross, the difference along a diagonal.

    Returns
    -------
    Filter
        ∂₁ + ∂₂ of accuracy 1 about its first pixel.
    """
    return Filter({(0, 0): -1, (1, 1): 1})


def five_point_laplacian() -> Filter:
    """Laplacian by the four neighbours.

    Returns
    -------
    Filter
        ∂₁² + ∂₂², of accuracy 2.
    """
    return from_kernel([[0, 1, 0], [1, -4, 1], [0, 1, 0]])


def nine_point_laplacian() -> Filter:
    """Laplacian by eight neighbours, whose error is a multiple of the Laplacian squared.

    Returns
    -------
    Filter
        6 (∂₁² + ∂₂²), of accuracy 2.
    """
    return from_kernel([[1, 4, 1], [4, -20, 4], [1, 4, 1]])


def eight_neighbour_laplacian() -> Filter:
    """The sharpening filter with equal weights for the eight neighbours.

    Returns
    -------
    Filter
        3 (∂₁² + ∂₂²), of accuracy 2.
    """
    return from_kernel([[1, 1, 1], [1, -8, 1], [1, 1, 1]])


def laplacian_of_gaussian() -> Filter:
    """Laplacian of a Gaussian, as the usual 5×5 kernel of whole numbers.

    Returns
    -------
    Filter
        −8 (∂₁² + ∂₂²), of accuracy 2: bright spots give positive values.
    """
    return from_kernel(
        [
            [0, 0, -1, 0, 0],
            [0, -1, -2, -1, 0],
            [-1, -2, 16, -2, -1],
            [0, -1, -2, -1, 0],
            [0, 0, -1, 0, 0],
        ]
    )


def box_blur() -> Filter:
    """Mean of 3×3 pixels, a lowpass filter.

    Returns
    -------
    Filter
        The identity, of accuracy 2.
    """
    return from_kernel([[sp.Rational(1, 9)] * 3] * 3)


def haar() -> Filter:
    """Highpass filter of the Haar wavelet.

    Returns
    -------
    Filter
        A multiple of d/dx, of accuracy 1.
    """
    return _highpass([1 / sp.sqrt(2), 1 / sp.sqrt(2)])


def daubechies(moments: int) -> Filter:
    """Highpass filter of Daubechies' wavelet with so many vanishing moments.

    Parameters
    ----------
    moments : int
        2 or 3: the filters of length 4 and 6 (Daubechies 1988, section 4), in radicals.

    Returns
    -------
    Filter
        A multiple of the derivative of this order, of accuracy 1.

    Raises
    ------
    ValueError
        If there are neither 2 nor 3 moments.
    """
    if moments == 2:
        r = sp.sqrt(3)
        return _highpass([part / (4 * sp.sqrt(2)) for part in (1 + r, 3 + r, 3 - r, 1 - r)])
    if moments == 3:
        r, s = sp.sqrt(10), sp.sqrt(5 + 2 * sp.sqrt(10))
        low = (1 + r + s, 5 + r + 3 * s, 10 - 2 * r + 2 * s)
        high = (10 - 2 * r - 2 * s, 5 + r - 3 * s, 1 + r - s)
        return _highpass([part / (16 * sp.sqrt(2)) for part in (*low, *high)])
    raise ValueError(f"moments must be 2 or 3, got {moments}")


def catalogue() -> dict[str, Filter]:
    """List filters of one and two dimensions by name.

    Returns
    -------
    dict of str to Filter
        Those of image processing, wavelets, and difference schemes of several derivatives and
        accuracies.
    """
    second, plus = central(2, 2), [(0, 0), (1, 0), (0, 1), (-1, 0), (0, -1), (1, 1), (-1, -1)]
    laplacian = five_point_laplacian()
    mehrstellen = [(sp.Rational(4, 3), laplacian), (-sp.Rational(1, 12), _wide_laplacian())]
    return {
        "Sobel": sobel(),
        "Prewitt": prewitt(),
        "Scharr": scharr(),
        "Roberts": roberts(),
        "Laplacian, 5 points": laplacian,
        "Laplacian, 9 points": nine_point_laplacian(),
        "Laplacian, 8 neighbours": eight_neighbour_laplacian(),
        "Laplacian, accuracy 4": combine(*mehrstellen),
        "Laplacian of Gaussian": laplacian_of_gaussian(),
        "biharmonic": compose(laplacian, laplacian),
        "box blur": box_blur(),
        "Haar": haar(),
        "Daubechies 4": daubechies(2),
        "Daubechies 6": daubechies(3),
        "∂ forward": forward(1, 1),
        "∂ forward, accuracy 3": forward(1, 3),
        "∂ backward, accuracy 2": backward(1, 2),
        "∂ central": central(1, 2),
        "∂ central, accuracy 6": central(1, 6),
        "∂² central": second,
        "∂² central, accuracy 4": central(2, 4),
        "∂³ central": central(3, 2),
        "∂⁴ central, accuracy 4": central(4, 4),
        "∂₁∂₂ on four corners": tensor(central(1, 2), central(1, 2)),
        "∂₁∂₂ on seven points": stencil(plus, (1, 1), 2),
        "∂₁²∂₂": tensor(second, central(1, 2)),
    }


def describe(q: Filter) -> str:
    """Say in a line which operator a filter stands for.

    Parameters
    ----------
    q : Filter
        Of one or two dimensions.

    Returns
    -------
    str
        Such as ``∂₁² + ∂₂²``; irrational coefficients with three digits.

    Examples
    --------
    >>> describe(sobel()), describe(five_point_laplacian()), describe(laplacian_of_gaussian())
    ('8∂₁', '∂₁² + ∂₂²', '−8∂₁² − 8∂₂²')
    """
    terms = [
        ("−" if C < 0 else "+", f"{_written(abs(C))}{_derivative(alpha)}" or "1")
        for alpha, C in operator(q).coefficients.items()
    ]
    (sign, first), *others = terms
    return " ".join([first if sign == "+" else "−" + first, *(f"{s} {t}" for s, t in others)])


def _wide_laplacian() -> Filter:
    return Filter({(2, 0): 1, (-2, 0): 1, (0, 2): 1, (0, -2): 1, (0, 0): -4})


def _highpass(lowpass: list[sp.Expr]) -> Filter:
    """Alternating flip of a lowpass filter, ``q[k] = (−1)^k p[L − 1 − k]``."""
    last = len(lowpass) - 1
    return Filter({(k,): (-1) ** k * lowpass[last - k] for k in range(last + 1)})


def _written(number: sp.Expr) -> str:
    if number == 1:
        return ""
    return str(number) if number.is_Rational else f"{float(number):.3g}"


def _derivative(alpha: Index) -> str:
    powers = {1: "", 2: "²", 3: "³", 4: "⁴"}
    names = ("∂",) if len(alpha) == 1 else ("∂₁", "∂₂")
    return "".join(name + powers[times] for name, times in zip(names, alpha, strict=True) if times)
