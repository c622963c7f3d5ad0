"""A chapter in good form, and a checkout in good form around it."""

from book.chapter_form import canonical_text
from book.chapters import Chapter, read_chapters
from book.project import Project

KEYS = ("numdl", "someone1999")
GOOD = '''# First

What it is, in one paragraph.

## What the documents say

It is six {cite:p}`numdl,someone1999`.

```{code-cell} ipython3
:tags: [parameters]

seed: int = 0  # of every draw
```

## Measured

+++ {"tags": ["slide"]}

One.

+++ {"tags": ["slide"]}

Two.

+++ {"tags": ["slide"]}

Three.

+++ {"tags": ["slide"]}

Four.

+++ {"tags": ["slide"]}

Five.

```{code-cell} ipython3
:tags: [slide]

from lib.claims import claim, erratum

claim("first/six", says="It is six.", source="numdl, slide 3",
      measured=6, at_most=6, because="Gauss", kind="exact")
erratum("sums/seven", document="numdl", says="It is seven.",
        right="It is six.", shown_by="first/six")
```

## Where it breaks

Nowhere.

## Exercises

````{exercise} One
:label: ex-one
:class: easy points-1
Add.
````

````{hint}
:class: dropdown
Count.
````

```{code-cell} ipython3
:tags: [answer]

def add(a, b):
    """Sum of two numbers."""
    ### BEGIN SOLUTION
    return a + b
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: [test]

assert add(1, 1) == 2
### BEGIN HIDDEN TESTS
assert add(2, 3) == 5
### END HIDDEN TESTS
```

````{solution} ex-one
:class: dropdown
Add.
````

````{exercise} Two
:label: ex-two
:class: medium points-2
Double.
````

```{code-cell} ipython3
:tags: [answer]

def double(a):
    """Twice a number."""
    ### BEGIN SOLUTION
    return 2 * a
    ### END SOLUTION
```

```{code-cell} ipython3
:tags: [test]

assert double(1) == 2
### BEGIN HIDDEN TESTS
assert double(4) == 8
### END HIDDEN TESTS
```

````{solution} ex-two
:class: dropdown
Double.
````

````{exercise} Three
:label: ex-three
:class: medium points-3
Why?
````

````{solution} ex-three
:class: dropdown
So.
````

````{exercise} Four
:label: ex-four
:class: hard points-4
What for?
````

````{solution} ex-four
:class: dropdown
For that.
````

## References

None.
'''
LIMITS = "first:\n  seed: {minimum: 0, maximum: 9}\n"


def write(project: Project, front: str, body: str) -> Chapter:
    """Write the first chapter as jupytext would, and its limits."""
    project.limits.write_text(LIMITS, encoding="utf-8")
    source = project.notebooks / "tiny" / "first.md"
    source.write_text(front + body, encoding="utf-8")
    text = canonical_text(read_chapters(project)["first"])
    source.write_text(text, encoding="utf-8")
    return read_chapters(project)["first"]
