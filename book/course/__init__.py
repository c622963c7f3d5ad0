"""Course material: exercises that mark themselves, made from the chapters."""
