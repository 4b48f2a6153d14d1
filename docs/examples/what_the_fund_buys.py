"""What does the policy fund buy, and what would a smaller one lose? A worked example of the library.

Run it with `python docs/examples/what_the_fund_buys.py`. It uses a small city, so that it takes seconds; drop
`SMALL_CITY` and ask for 200 pairs and 30 worlds for numbers to quote.
"""

from sim import attribute, compare, load, sweep

SMALL_CITY = {"population.above_scale": 300, "population.below_scale": 300, "horizon.until": "2023Q4"}
FUND = "policies.policy_fund.amount_a_year"


def main() -> None:
    announced = load("baseline-2022").with_changes(SMALL_CITY)
    half = announced.with_changes({FUND: 5_000.0})

    # 1. The same worlds with the announced fund, with half of it, and without it.
    compared = compare(
        announced, {"half": half, "none": announced.without("policy_fund")}, pairs=4, objective="investment"
    )
    rows = compared.comparison.query("outcome == 'investment' and year == 2023")
    print(rows[["variant", "base", "difference", "low", "high"]].to_string(index=False))

    # 2. Of each yuan: would the investment have happened anyway?
    split = attribute(announced, worlds=2, shapley="none").attribution.query("instrument == 'policy_fund'")
    print(split[["class", "million_yuan", "share", "share_low", "share_high"]].to_string(index=False))

    # 3. How does it depend on how cheap the money is?
    swept = sweep(announced, ["policies.policy_fund.concession=0:0.6:3"], replications=2).points.query(
        "outcome == 'fund_outlay'"
    )
    print(swept[["policies.policy_fund.concession", "median", "p5", "p95"]].to_string(index=False))


if __name__ == "__main__":
    main()
