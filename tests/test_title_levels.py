"""Six levels of the award: applications rise with it, titles never fall and equal the quotas once these bind."""

import numpy as np
import pytest

from sim.model import ClusterModel
from sim.policies.specialised_enterprise import SpecialisedEnterprise
from sim.scenario.reading import load
from sim.tables.milestones import TITLES

LEVELS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)  # times the announced award
WORLDS = 40


def rewarded(level):
    """The city rewards titles and does nothing else."""
    spec = load("baseline-2022")
    for name in set(spec.policies) - {SpecialisedEnterprise.name}:
        spec = spec.without(name)
    return spec.with_changes(
        {
            f"policies.{SpecialisedEnterprise.name}.max_award_{title}": award * level
            for title, award in SpecialisedEnterprise().awards().items()
        }
    )


def quotas(numbers):
    return sum(round(numbers[f"title_quota_{title.split('_')[0]}"]) for title in TITLES)


@pytest.fixture(scope="module")
def paths():
    """Applications and titles, by world, level and year, and each world's quotas."""
    specs, found, limits = [rewarded(level) for level in LEVELS], [], []
    for seed in range(1, WORLDS + 1):
        first = ClusterModel(specs[0], seed=seed)
        runs = [
            (first if spec is specs[0] else ClusterModel(spec, seed=seed, start=first.start)).run() for spec in specs
        ]
        found.append([[run.years["title_applications"], run.years["titles_granted"]] for run in runs])
        limits.append(quotas(first.numbers))
    return np.array(found), np.array(limits)


@pytest.mark.slow
def test_applications_rise_with_the_award_in_the_mean_and_fall_in_no_world(paths):
    applications = paths[0][:, :, 0].sum(axis=-1)
    print("applications 2022-25, mean by level:", applications.mean(axis=0).round(1))
    assert (np.diff(applications.mean(axis=0)) > 0.0).all()
    assert (np.diff(applications, axis=1) >= 0.0).all(), np.diff(applications, axis=1).min(axis=0)


@pytest.mark.slow
def test_titles_never_fall_with_the_award_and_equal_the_quotas_once_these_bind(paths):
    titles, limits = paths[0][:, :, 1], paths[1][:, None, None]
    print("titles a year, mean by level:", titles.mean(axis=(0, 2)).round(2), "quotas", limits.mean())
    assert (np.diff(titles, axis=1) >= 0.0).all()
    assert (titles <= limits).all()
    assert (titles[:, -1] == limits[:, 0]).all()
