"""Singular values of networks' Jacobians, and eigenvalues of Hessians that are never formed."""

from lib.spectra.hessians import SpectralDensity, extreme_eigenvalues, spectral_density
from lib.spectra.jacobians import network_singular_values, perceptron_singular_values

__all__ = [
    "SpectralDensity",
    "extreme_eigenvalues",
    "network_singular_values",
    "perceptron_singular_values",
    "spectral_density",
]
