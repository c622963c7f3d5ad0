"""The science of the companion: what its chapters compute and draw."""
