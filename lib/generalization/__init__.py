"""What networks can memorize, and what keeps them from doing it (part VI)."""
