"""Part V: networks as partial differential equations."""
