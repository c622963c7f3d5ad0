"""The builder of the book: runs the chapters, judges their claims, binds the site."""
