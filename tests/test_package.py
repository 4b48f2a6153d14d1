"""The announced package as a whole: it does something, nothing does nothing, and its first year starts quietly."""

from sim.model import ClusterModel
from sim.tables.milestones import LISTS, TIERS
from tests.conftest import of_announced_amounts, small
from tests.test_same_luck import advance, fingerprint


def test_a_package_of_zero_amounts_equals_no_policy_bit_for_bit(no_policy):
    nothing = {f"policies.peak_climbing.max_award_{tier}": 0 for tier in ("100bn", "50bn", "10bn")}
    nothing |= {f"policies.leading_enterprise.max_award_{name}": 0 for name in LISTS}
    nothing |= {
        f"policies.specialised_enterprise.max_award_{t}": 0
        for t in ("champion", "national_little_giant", "provincial_little_giant")
    }
    nothing |= {
        "policies.scale_up.rate": 0,
        "policies.policy_fund.amount_a_year": 0,
        "policies.energy_budget": None,
    }
    zero = ClusterModel(of_announced_amounts(small("baseline-2022")).with_changes(nothing), seed=6)
    assert fingerprint(advance(zero, 9)) == fingerprint(advance(ClusterModel(no_policy, seed=6), 9))
    assert zero.ledger.total_fen() == 0


def test_the_announced_package_is_not_no_policy(announced, no_policy):
    assert fingerprint(advance(ClusterModel(announced, seed=6))) != fingerprint(
        advance(ClusterModel(no_policy, seed=6))
    )


def test_2022_brings_no_burst_of_awards(announced):
    model = ClusterModel(announced, seed=2, fixed=True)
    for _ in range(4):
        model.step()
    tiers = sum(p.rows.size for p in model.ledger.payments if p.clause in TIERS)
    assert tiers == 0
