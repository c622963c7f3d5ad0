"""Texts of claims: plain words with formulas between dollars, for a page and for a terminal."""

import re
from collections.abc import Iterator
from html import escape

# A dollar before a space, after one or before a digit is one of money.
_FORMULA = re.compile(r"\$(?!\s)([^$]+)(?<!\s)\$(?!\d)")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S", re.DOTALL)  # other spaces mean nothing in TeX
# What a formula in words has instead of a command; one that is not here is told by its name: \ln.
_SIGNS = {
    **{"{": "{", "}": "}", "|": "‖", "%": "%", "#": "#", "&": "&", "_": "_", "\\": "; "},
    **dict.fromkeys((",", ";", ":", " ", "quad"), " "),
    **dict.fromkeys(("!", "left", "right", "bigl", "bigr", "mathrm", "operatorname", "text"), ""),
    **{"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "eta": "η"},
    **{"theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ"},
    **{"tau": "τ", "phi": "φ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "Omega": "Ω"},
    **{"sum": "∑", "prod": "∏", "partial": "∂", "infty": "∞", "ell": "ℓ", "dots": "…"},
    **{"cdot": "·", "times": "×", "pm": " ± ", "le": " ≤ ", "ge": " ≥ ", "ne": " ≠ ", "in": " ∈ "},
    **{"to": " → ", "propto": " ∝ ", "approx": " ≈ ", "langle": "⟨", "rangle": "⟩", "circ": "°"},
}
_BEFORE_A_SIGN = ("", *"([{=<>≤≥≠≈∈∝→,;/")
_FRACTIONS = {"1/2": "½", "1/4": "¼", "3/4": "¾"}
_TIGHT = dict(zip("-*'", "−∗′", strict=True))
_SUPERSCRIPTS = dict(
    zip("0123456789+−=()niTdkljoutαβ∗′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀᵈᵏˡʲᵒᵘᵗᵅᵝ*′", strict=True)
)
_SUBSCRIPTS = dict(
    zip("0123456789+−=()aeijklmnoprstuvxβ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦ", strict=True)
)


def split(text: str) -> Iterator[tuple[str, bool]]:
    """Tell words from formulas.

    Parameters
    ----------
    text : str
        Words with formulas in TeX, each between two dollars; a lone dollar is a dollar.

    Yields
    ------
    tuple of (str, bool)
        A piece that is not empty, without its dollars, and whether it is a formula. Apostrophes of
        words are curly.
    """
    for index, piece in enumerate(_FORMULA.split(text)):
        if piece:
            yield (piece, True) if index % 2 else (curly(piece), False)


def curly(words: str) -> str:
    """Write apostrophes and single quotation marks as a printer does.

    Parameters
    ----------
    words : str
        Without formulas.

    Returns
    -------
    str
        Of the same length.

    Examples
    --------
    >>> curly("Euler's 'method'")
    'Euler’s ‘method’'
    """
    return re.sub(r"(?<!\S)'(?=\w)", "‘", words).replace("'", "’")


def as_html(text: str) -> str:
    """Write a text for a page on which MathJax sets formulas.

    Parameters
    ----------
    text : str
        As `split` takes it.

    Returns
    -------
    str
        HTML; everything in it that could be markup is escaped.
    """
    # The class is the one by which Sphinx tells MathJax where to look; JupyterLab sees delimiters.
    return "".join(
        rf'<span class="math notranslate nohighlight">\({escape(piece)}\)</span>'
        if formula
        else escape(piece)
        for piece, formula in split(text)
    )


def as_plain(text: str) -> str:
    r"""Write a text for a terminal.

    Parameters
    ----------
    text : str
        As `split` takes it.

    Returns
    -------
    str
        One line if it was one, with formulas in signs that any terminal has.

    Examples
    --------
    >>> as_plain(r"For $\epsilon^{-|\alpha|}$ and $x_1^2 \le \frac{1}{n+1}$.")
    'For ε^(−|α|) and x₁² ≤ 1/(n + 1).'
    """
    return "".join(_formula(piece) if formula else piece for piece, formula in split(text))


def _formula(tex: str) -> str:
    bare = re.sub(r"\\(begin|end)\{[pb]matrix\}", lambda m: "[" if m[1] == "begin" else "]", tex)
    tokens = _TOKEN.findall(re.sub(r"(?<!\\)&", r"\\ ", bare))
    return _sequence(tokens[::-1], closed=False)


def _sequence(tokens: list[str], *, closed: bool) -> str:
    """Read up to the brace that closes, or to the end; the next token is the last of the list."""
    found, named = "", False
    while tokens:
        if tokens[-1] == "}" and closed:
            tokens.pop()
            break
        index = tokens[-1] in "^_"
        piece = _next(tokens)
        if piece.strip() in {"+", "−", "±"} and found.rstrip()[-1:] in _BEFORE_A_SIGN:
            piece = piece.strip()  # not of a sum
        name = len(piece) > 1 and piece.isascii() and piece.isalpha()
        apart = found[-1:].isalnum() and (name or (named and not index and piece[:1].isalnum()))
        found, named = found + " " * apart + piece, name
    return " ".join(found.split())


def _next(tokens: list[str]) -> str:
    token = tokens.pop()
    if token == "{":
        return _sequence(tokens, closed=True)
    if token in "^_":
        marks, sign = (_SUPERSCRIPTS, "^") if token == "^" else (_SUBSCRIPTS, "_")
        index = _argument(tokens)
        tight = index.replace(" ", "")
        if all(character in marks for character in tight):
            return "".join(marks[character] for character in tight)
        return sign + _grouped(index)
    if token in {r"\frac", r"\tfrac", r"\dfrac"}:
        part = f"{_grouped(_argument(tokens))}/{_grouped(_argument(tokens))}"
        return _FRACTIONS.get(part, part)
    if token == r"\sqrt":
        return f"√{_grouped(_argument(tokens))}"
    if token == r"\mathbb":
        return {"R": "ℝ", "Z": "ℤ", "N": "ℕ"}.get(letter := _argument(tokens), letter)
    if token.startswith("\\"):
        name = token[1:]
        return _SIGNS.get(name, name)
    if token in "+-=<>":
        return f" {_TIGHT.get(token, token)} "
    return _TIGHT.get(token, token)


def _argument(tokens: list[str]) -> str:
    return _next(tokens).strip() if tokens else ""


def _grouped(part: str) -> str:
    return part if part.isalnum() or len(part) <= 1 else f"({part})"
