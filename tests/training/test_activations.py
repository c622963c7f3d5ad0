import pytest
import torch

from lib.training.activations import ACTIVATIONS, activation_named


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_comes_back_is_what_autograd_sends_back(name):
    activation = activation_named(name)
    z = torch.linspace(-3, 3, 40, dtype=torch.float64, requires_grad=True)  # none is zero
    arrived = torch.linspace(1, 2, 40, dtype=torch.float64)
    values = activation.of(z)
    (expected,) = torch.autograd.grad(values, z, arrived)
    written, back = torch.empty_like(arrived), torch.empty_like(arrived)
    activation.into(z.detach(), written)
    activation.back(arrived, written, back)
    torch.testing.assert_close(written, values.detach())
    torch.testing.assert_close(back, expected)
    activation.back(arrived, written, arrived)  # into what was given
    torch.testing.assert_close(arrived, expected)


def test_an_unknown_one_is_refused_with_those_that_exist():
    with pytest.raises(ValueError, match="unknown activation 'swish'; give one of linear, relu"):
        activation_named("swish")
