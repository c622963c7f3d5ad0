"""Part IV: residual networks as ordinary differential equations."""
