import numpy as np
import pytest
import torch

from lib.ode import path_planning as planning


def two_clusters(seeds, count=20):
    rngs = [np.random.default_rng(seed) for seed in seeds]
    labels = np.tile(np.repeat([0, 1], count // 2), (len(seeds), 1))
    points = np.stack([rng.standard_normal((count, 2)) for rng in rngs])
    return points + 4 * labels[..., None], labels


@pytest.fixture(scope="module")
def trained():
    seeds = np.array([1, 2])
    points, labels = two_clusters(seeds)
    return points, labels, planning.plan(points, labels, seeds=seeds, width=3, layers=6, steps=30)


def test_training_separates_what_is_easy(trained):
    points, labels, paths = trained
    ends = paths.follow(points)[-1]
    outputs = (ends @ paths.w[..., None])[..., 0] + paths.c[:, None]
    assert ((outputs > 0).numpy() == labels).all()


def test_the_network_is_what_its_weights_say(trained):
    points, _, paths = trained
    states = paths.follow(points)
    assert states.shape == (7, 2, 20, 3)
    y = states[0, 1].numpy()
    np.testing.assert_array_equal(y[:, 2], 0)
    for layer in range(6):
        K, b = paths.K[layer, 1].numpy(), paths.b[layer, 1].numpy()
        y = y + 4 / 6 * np.tanh(y @ K.T + b)
    np.testing.assert_allclose(states[-1, 1], y, atol=1e-12)


def test_the_ends_are_where_following_ends(trained):
    points, _, paths = trained
    torch.testing.assert_close(paths.ends(points), paths.follow(points)[-1], rtol=0, atol=1e-14)
    one = paths.take(np.array([1]))
    torch.testing.assert_close(one.follow(points[1:]), paths.follow(points)[:, 1:])
    assert one.layers == paths.layers
    assert one.step == paths.step


def test_refined_steps_converge_to_one_flow(trained):
    points, _, paths = trained
    ends = [paths.follow(points, refine)[-1] for refine in (50, 100)]
    exact = paths.follow(points, 50, "midpoint")[-1]
    gaps = [float((end - exact).norm()) for end in ends]
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.1)


def test_layers_with_small_steps_are_one_to_one(trained):
    points, _, paths = trained
    expected = 4 / 6 * np.linalg.norm(paths.K.numpy(), 2, axis=(-2, -1)).max()
    assert paths.largest_step == pytest.approx(expected)
    assert points.size


def test_a_network_learns_the_same_whoever_learns_beside_it(trained):
    points, labels, paths = trained
    alone = planning.plan(points[1:], labels[1:], seeds=np.array([2]), width=3, layers=6, steps=30)
    torch.testing.assert_close(alone.K[:, 0], paths.K[:, 1], rtol=1e-6, atol=1e-8)


def test_each_network_has_its_own_smoothness():
    points, labels = two_clusters([1, 2])
    setting = {"width": 3, "layers": 6, "steps": 30}
    sizes = np.array([1e-4, 0.3])
    both = planning.plan(points, labels, seeds=np.array([1, 2]), smoothness=sizes, **setting)
    for number, size in enumerate(sizes):
        own = slice(number, number + 1)
        seed = np.array([1 + number])
        alone = planning.plan(points[own], labels[own], seeds=seed, smoothness=size, **setting)
        torch.testing.assert_close(both.K[:, own], alone.K, rtol=1e-6, atol=1e-8)
    with pytest.raises(ValueError, match="smoothness must be one number or an array of 2"):
        planning.plan(points, labels, seeds=np.array([1, 2]), smoothness=np.ones(3), **setting)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 1}, "width and layers must be at least 2, got 1 and 6"),
        ({"layers": 1}, "width and layers must be at least 2, got 3 and 1"),
        ({"seeds": np.array([1])}, r"for 1 networks points must be \(S, n, 2\)"),
    ],
)
def test_bad_settings_are_named(change, message):
    points, labels = two_clusters([1, 2])
    settings = {"seeds": np.array([1, 2]), "width": 3, "layers": 6} | change
    with pytest.raises(ValueError, match=message):
        planning.plan(points, labels, **settings)


def test_probes_begin_with_what_the_plane_allows(trained):
    _, _, paths = trained
    found = planning.probe_layers(paths, "rings", np.array([1, 2]), 100)
    assert found.shape == (2, 7)
    assert np.all(found[:, 0] < 0.65)  # no line does better than guessing on a ring
    assert np.all((found >= 0) & (found <= 1))


def test_paths_are_seen_along_orthogonal_directions():
    rng = np.random.default_rng(0)
    ends = rng.standard_normal((50, 4)) * [1.0, 9.0, 5.0, 0.1]
    seen = planning.seen_along(np.stack([0 * ends, ends]), np.array([0.0, 2.0, 0.0, 0.0]))
    np.testing.assert_array_equal(seen[0], 0)
    np.testing.assert_allclose(seen[1, :, 0], ends[:, 1])
    assert abs(np.corrcoef(seen[1, :, 1], ends[:, 2])[0, 1]) > 0.99


def test_the_learning_rate_falls_to_zero(monkeypatch):
    rates = []
    step = torch.optim.Adam.step

    def watched(self, *arguments, **options):
        rates.append(self.param_groups[0]["lr"])
        return step(self, *arguments, **options)

    monkeypatch.setattr(torch.optim.Adam, "step", watched)
    points, labels = two_clusters([1])
    planning.plan(points, labels, seeds=np.array([1]), width=2, layers=2, steps=20, rate=0.1)
    assert rates[0] == 0.1
    assert np.all(np.diff(rates) < 0)
    assert rates[-1] < 0.001


def test_smoothness_asks_for_small_weights_that_change_slowly():
    points, labels = two_clusters([1])
    setting = {"seeds": np.array([1]), "width": 3, "layers": 6, "steps": 150}
    found = [planning.plan(points, labels, smoothness=s, **setting) for s in (1e-6, 1.0)]
    sizes = [float(paths.K.norm()) for paths in found]
    changes = [float(paths.K.diff(dim=0).norm()) for paths in found]
    assert sizes[1] < 0.3 * sizes[0]
    assert changes[1] < 0.3 * changes[0]


def test_the_variation_is_what_sums_over_layers_say():
    rng = np.random.default_rng(4)
    K, b, w, c = (torch.as_tensor(rng.normal(size=s)) for s in ((5, 2, 3, 3), (5, 2, 3), (2, 3), 2))
    paths = planning.Paths(K=K, b=b, w=w, c=c, end=2.0)
    h, found = 2.0 / 5, planning._variation(paths)
    for network in range(2):
        expected = sum(float((K[n, network] ** 2).sum()) * h for n in range(5))
        for n in range(4):
            slopes = [(part[n + 1, network] - part[n, network]) / h for part in (K, b)]
            expected += sum(float((slope**2).sum()) * h for slope in slopes)
        assert float(found[network]) == pytest.approx(expected, rel=1e-12)
