"""Luck belongs to (seed, decision, firm, quarter): policy, other firms and looking change no draw."""

import numpy as np

from sim.luck import keys, randomness
from sim.model import ClusterModel
from tests.conftest import small


def fingerprint(model):
    firms = model.firms
    used = np.concatenate([np.arange(*ends) for ends in zip(firms.start, firms.stop, strict=True)])
    return [
        getattr(firms, name)[used].tobytes()
        for name in ("key", "demand", "cash", "output", "productivity", "lists_ever")
    ]


def advance(model, quarters=6):
    for _ in range(quarters):
        model.step()
    return model


def test_the_compiled_hash_is_the_plain_one():
    stream = randomness.stream(7, "demand", 8088)
    entities = np.array([0, 1, 2**63, 2**64 - 1], dtype=np.uint64)
    plain = [keys.uniform(keys.stream(7, "demand", 8088), int(e)) for e in entities]
    assert randomness.uniforms(stream, entities).tolist() == plain


def test_keyed_uniforms_are_uniform_and_uncorrelated_between_streams():
    entities = np.arange(200_000, dtype=np.uint64)
    first = randomness.uniforms(randomness.stream(1, "demand", 8088), entities)
    second = randomness.uniforms(randomness.stream(1, "demand", 8089), entities)
    assert abs(first.mean() - 0.5) < 0.002
    assert abs(first.var() - 1 / 12) < 0.001
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.01
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 0.01


def test_streams_of_many_quarters_are_those_of_each_in_the_order_asked():
    quarters = np.array([8090, 8088, 8090, 8101, 8088])
    one_by_one = [randomness.stream(7, "entrant size", quarter) for quarter in quarters.tolist()]
    assert randomness.streams(7, "entrant size", quarters).tolist() == one_by_one
    assert randomness.streams(7, "entrant size", quarters[:0]).dtype == np.uint64


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(announced):
    assert fingerprint(advance(ClusterModel(announced, seed=4))) == fingerprint(
        advance(ClusterModel(announced, seed=4))
    )
    assert fingerprint(advance(ClusterModel(announced, seed=4))) != fingerprint(
        advance(ClusterModel(announced, seed=5))
    )


def test_an_empty_package_equals_no_policy_bit_for_bit(announced, no_policy):
    empty = announced
    for instrument in announced.policies:
        empty = empty.without(instrument)
    assert fingerprint(advance(ClusterModel(empty, seed=6))) == fingerprint(advance(ClusterModel(no_policy, seed=6)))


def test_one_firm_more_changes_no_other_firms_draws(no_policy):
    plain, fuller = ClusterModel(no_policy, seed=8), ClusterModel(no_policy, seed=8)
    firms, row = fuller.firms, int(fuller.firms.first_entrant[3])
    firms.stop[3] = row + 1
    firms.key[row] = 12_345
    source = int(firms.start[3])
    for name in (
        "capital",
        "productivity",
        "quality",
        "digital_effect",
        "demand",
        "expected_demand",
        "energy_intensity",
        "cash",
        "research_stock",
    ):
        getattr(firms, name)[row] = getattr(firms, name)[source]
    firms.active[row] = True
    firms.founded[row] = plain.firms.founded[source]
    plain.step()
    fuller.step()
    others = np.arange(firms.rows) != row
    both = others & plain.firms.active & firms.active
    noise = plain.firms.orders[both] / plain.firms.demand[both]
    np.testing.assert_allclose(firms.orders[both] / firms.demand[both], noise, rtol=1e-12)
    elsewhere = both & (firms.cluster != 3)
    np.testing.assert_array_equal(firms.demand[elsewhere], plain.firms.demand[elsewhere])
    assert set(firms.key[firms.active & others]) == set(plain.firms.key[plain.firms.active])


def test_a_longer_horizon_shares_its_beginning():
    short = advance(ClusterModel(small("baseline-2022"), seed=9), 5)
    long = advance(ClusterModel(small("baseline-2022", horizon__until="2030Q4"), seed=9), 5)
    assert fingerprint(short) == fingerprint(long)


def test_looking_at_agents_every_quarter_changes_no_byte(announced):
    looked, unseen = ClusterModel(announced, seed=10), ClusterModel(announced, seed=10)
    for _ in range(6):
        looked.agents.shuffle_do(lambda firm: firm.unique_id)
        looked.step()
        unseen.step()
    assert fingerprint(looked) == fingerprint(unseen)
