import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from torch import nn

from lib.generalization import judging
from lib.training import Ensemble


def drawn(members, count=12, classes=3):
    torch.manual_seed(members)
    networks = [nn.Sequential(nn.Flatten(), nn.Linear(12, classes)) for _ in range(members)]
    images, labels = torch.randn(members, count, 1, 3, 4), torch.randint(classes, (members, count))
    return networks, images, labels


@pytest.fixture
def made(monkeypatch):
    """A list that fills with the outputs of all ensembles."""
    noted, right = [], Ensemble.__call__

    def note(self, inputs, *, training=False):
        noted.append(right(self, inputs, training=training))
        return noted[-1]

    monkeypatch.setattr(Ensemble, "__call__", note)
    return noted


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("chunk", [1, 5, 12, 40])
def test_judging_in_chunks_is_judging_at_once(monkeypatch, made, chunk, members):
    networks, images, labels = drawn(members)
    at_once = judging.evaluate(Ensemble(networks), images, labels)
    for network, x, y, (loss, right) in zip(networks, images, labels, at_once, strict=True):
        z = network(x).detach().numpy().astype(float)
        expected = np.mean(logsumexp(z, axis=1) - z[np.arange(12), y])
        assert loss == pytest.approx(expected, rel=1e-5)
        assert right == np.mean(z.argmax(axis=1) == y.numpy())
    made.clear()
    monkeypatch.setattr(judging, "CHUNK", chunk)
    in_chunks = judging.evaluate(Ensemble(networks), images, labels)
    for found, expected in zip(in_chunks, at_once, strict=True):
        assert found == (pytest.approx(expected[0], rel=1e-6), expected[1])
    sizes = [outputs.shape[1] for outputs in made]
    assert sum(sizes) == 12
    # Of each network a share of the chunk, but at least one example.
    assert max(sizes) == min(max(1, chunk // members), 12)


def test_judging_keeps_no_gradients(made):
    networks, images, labels = drawn(2)
    judging.evaluate(Ensemble(networks), images, labels)
    assert len(made) == 1
    assert not any(outputs.requires_grad for outputs in made)


@pytest.mark.parametrize("bad", [-100, -1, 3])  # the first is what torch leaves out of a loss
def test_labels_that_are_no_output_are_refused(bad):
    networks, images, labels = drawn(3)
    labels[2, 1] = bad
    with pytest.raises(ValueError, match=rf"^labels must be from 0 to 2, got {bad} at \[1\]"):
        judging.evaluate(Ensemble(networks), images, labels)


@pytest.mark.parametrize("shape", [(2, 5, 1, 3, 4), (3, 0, 1, 3, 4), (3, 5, 3, 4)])
def test_each_network_needs_images(shape):
    networks, _, labels = drawn(3, count=5)
    with pytest.raises(ValueError, match=r"^images of 3 networks must be \(3, n, colours, height"):
        judging.evaluate(Ensemble(networks), torch.ones(shape), labels)


@pytest.mark.parametrize("shape", [(2, 5), (3, 4), (5,)])
def test_each_image_needs_a_label(shape):
    networks, images, _ = drawn(3, count=5)
    with pytest.raises(ValueError, match=r"^labels must be \(3, 5\), as images are"):
        judging.evaluate(Ensemble(networks), images, torch.zeros(shape, dtype=torch.int64))


def test_images_that_do_not_fit_are_refused():
    networks, images, labels = drawn(3)
    with pytest.raises(ValueError, match=r"^networks do not compute images of shape \(1, 3, 3\): "):
        judging.evaluate(Ensemble(networks), images[..., :3], labels)
