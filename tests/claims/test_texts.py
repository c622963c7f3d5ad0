"""Texts keep every word, and formulas become what MathJax and a terminal can show."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.claims.texts import as_html, as_plain, curly, split

texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"))
# Dollars, braces and tags, mixed more often than in any text.
wild = st.lists(
    st.sampled_from(["$", "a", " ", "3", "<b>", "&lt;", "\\", "{", "}", "^", "_", r"\frac", "'"])
).map("".join)


class Reader(HTMLParser):
    """Tags, and the text of what is inside of a formula and outside."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, str | None]] = []
        self.words = ""
        self.formulas: list[str] = []
        self.inside = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)["class"]))
        self.formulas.append("")
        self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.formulas[-1] += data
        else:
            self.words += data


@given(texts | wild)
def test_no_text_becomes_markup_and_none_is_lost(text: str) -> None:
    seen = Reader(as_html(text))
    assert set(seen.tags) <= {("span", "math notranslate nohighlight")}
    pieces = list(split(text))
    assert seen.words == "".join(piece for piece, formula in pieces if not formula)
    assert seen.formulas == [rf"\({piece}\)" for piece, formula in pieces if formula]


@given(texts | wild)
def test_all_but_the_dollars_of_formulas_is_in_some_piece(text: str) -> None:
    back = "".join(f"${piece}$" if formula else piece for piece, formula in split(text))
    assert len(back) == len(text)
    assert back.replace("’", "'").replace("‘", "'") == text.replace("’", "'").replace("‘", "'")


@given(texts | wild)
def test_every_text_can_be_read_in_a_terminal(text: str) -> None:
    plain = as_plain(text)
    if not any(formula for _, formula in split(text)):
        assert plain == curly(text)


@pytest.mark.parametrize(
    "text",
    ["$", "costs 5$", "$5 and $6", "a $ b $ c", "$$", "$ x$", "$x $", "from 3$ to 4$", "$5 or a$6"],
)
def test_a_dollar_that_begins_no_formula_is_a_dollar(text: str) -> None:
    assert list(split(text)) == [(text, False)]
    assert as_plain(text) == text


def test_what_stands_between_dollars_is_a_formula() -> None:
    text = r"If $x<1$ then $a$-b, $\frac{1}{2}$."
    assert [piece for piece, formula in split(text) if formula] == ["x<1", "a", r"\frac{1}{2}"]
    assert r"\(x&lt;1\)</span> then" in as_html(text)


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"W^l=R^{l+1}A^lR^{lT}", "Wˡ = Rˡ⁺¹AˡRˡᵀ"),
        (r"Y_{j+1}=Y_j+h\sigma(\frac12(K_j-K_j^T)Y_j+b_j)", "Yⱼ₊₁ = Yⱼ + hσ(½(Kⱼ − Kⱼᵀ)Yⱼ + bⱼ)"),
        (r"\tau\,du/dt=(N_l-1)\,u^{2-2/(N_l-1)}", "τ du/dt = (Nₗ − 1) u^(2 − 2/(Nₗ − 1))"),
        (r"s_\alpha\delta_{\alpha\beta}", "s_αδ_αβ"),
        (r"10^{-12}", "10⁻¹²"),
        (r"-\frac12\pm2.6i", "−½ ± 2.6i"),
        (r"\pm i", "±i"),
        (r"\frac{1}{n+1}", "1/(n + 1)"),
        (r"\frac{\infty}{-2}", "∞/(−2)"),
        (r"\sqrt{\frac65\cdot\frac{5}{512\cdot40}}/\ln2", "√(6/5·5/(512·40))/ln 2"),
        (r"49\log_{10}16", "49 log₁₀16"),
        (r"\cosh^2(1/\sqrt\pi)", "cosh²(1/√π)"),
        (r"\mathrm{Re}\,\lambda(K(t))\le0", "Re λ(K(t)) ≤ 0"),
        (r"\max\mathrm{diag}(\sigma')K", "max diag(σ′)K"),
        (r"\begin{bmatrix}0&1\\0&0\end{bmatrix}", "[0 1; 0 0]"),
        (r"c:\mathbb{R}^n\to\mathbb{R}", "c:ℝⁿ → ℝ"),
        (r"h\|K\|", "h‖K‖"),
        (r"\unheardof{x}", "unheardof x"),
        (r"{{", ""),
        (r"x^", "x"),
    ],
)
def test_a_formula_in_a_terminal(tex: str, plain: str) -> None:
    assert as_plain(f"${tex}$") == plain


def test_apostrophes_and_quotation_marks_are_curly_in_words_and_strokes_in_formulas() -> None:
    assert curly("Euler's and LeCun's 'so', networks'") == "Euler’s and LeCun’s ‘so’, networks’"
    assert as_plain("Euler's $f'$") == "Euler’s f′"
    assert re.search(r"Euler’s .*\\\(f&#x27;\\\)", as_html("Euler's $f'$"))
