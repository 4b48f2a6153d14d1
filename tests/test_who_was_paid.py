"""Who pays and who is paid: what the ledger and the table of concentration say of each."""

import numpy as np
import pytest

from sim.experiments.run import run
from sim.policies import get
from sim.treasury.claims import FORMS, INVESTMENT
from tests.conftest import small

OF_EVERY_FORM = {
    "digital_subsidy": {},
    "digital_diagnosis": {},
    "policy_fund": {"amount_a_year": "5 billion yuan"},
    "scale_up": {},
    "innovation_platforms": {},
}


@pytest.fixture(scope="module")
def of_every_form():
    """A run of instruments that pay in every form, to firms and beyond."""
    spec = small("no-policy", horizon__until="2023Q4", population__above_scale=300, population__below_scale=100)
    return run(
        spec.with_changes({f"policies.{name}": levers for name, levers in OF_EVERY_FORM.items()}), replications=3
    )


def test_the_policy_fund_pays_stakes_and_the_budget_all_else(of_every_form):
    ledger = of_every_form.ledger
    form = {(name, clause.name): clause.form for name in OF_EVERY_FORM for clause in get(name).clauses}
    paid = {pair: set(rows["payer"]) for pair, rows in ledger.groupby(["instrument", "clause"], observed=True)}
    assert {form[pair] for pair in paid} == set(FORMS)
    for pair, payers in paid.items():
        assert payers == {"policy fund" if form[pair] == INVESTMENT else "city budget"}, pair


def test_who_is_outside_the_modelled_firms_is_no_firm_that_gets_most(of_every_form):
    """Shares of firms are of what modelled firms get, worked from the ledger of each world; none where they get
    nothing, as of platforms.
    """
    ledger, table = of_every_form.ledger, of_every_form.concentration
    firms = table[table["level"] == "firms"].set_index(["instrument", "group"])
    for name in OF_EVERY_FORM:
        rows = ledger[(ledger["instrument"] == name) & (ledger["firm"] != "rest of city")]
        shares = [
            rows.groupby("firm", observed=True)["amount"].sum().nlargest(10) / rows["amount"].sum()
            for _, rows in rows.groupby("replication")
        ]
        for group, most in (("first", 1), ("first ten", 10)):
            found = firms.loc[(name, group)]
            if not shares:
                assert found[["share", "low", "high"]].isna().all()
                continue
            assert found["share"] == pytest.approx(np.mean([part[:most].sum() for part in shares]))
    assert not ledger[(ledger["instrument"] == "scale_up") & (ledger["firm"] == "rest of city")].empty
    outside = table[(table["instrument"] == "innovation_platforms") & (table["group"] == "rest_of_city")]
    assert (outside["share"] == 1.0).all() and firms.loc["innovation_platforms"]["share"].isna().all()
