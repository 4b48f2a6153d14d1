"""What every lever of every instrument moves, named before any world is run: an outcome that is not its own payment.

`to` is the value walked to where the range has no end that a city could pay; `beside` are other values held in both
arms, so that the lever has something to bite on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

UP, DOWN = 1, -1


@dataclass(frozen=True)
class Moves:
    """A lever's outcome of the last year, the direction in which it moves, the value walked to, and what is held."""

    outcome: str
    direction: int
    to: Any = None
    beside: dict[str, Any] = field(default_factory=dict)


_CAP = {"policies.energy_budget.extra_tightening": 0.1}
_TRADED = _CAP | {"policies.energy_budget.rule": "tradable", "policies.energy_budget.coverage": 5_000.0}
_SHORT = {"policies.energy_budget.rule": "rationing", "policies.energy_budget.coverage": 5_000.0}
_VERY_SHORT = _SHORT | {"policies.energy_budget.shortfall": 0.4}
_HALF = {"policies.digital_subsidy.rate_landmark": 0.5, "policies.digital_subsidy.rate_other": 0.5}
_UNCAPPED = {"policies.smart_loan.cap_a_year": "1 billion yuan"}
_OFTEN = {"parameters.merger_offers": 0.2, "parameters.merger_buyer_floor": 200.0}
_SMALL_TOO = _OFTEN | {"policies.merger_support.buyer_floor": "200 million yuan"}
_NO_AWARD = _SMALL_TOO | {"policies.merger_support.award_rate": 0}
_LONG_INTEREST = _NO_AWARD | {
    "policies.merger_support.interest_cap": "1 billion yuan",
    "policies.merger_support.interest_years": 5,
}
_WHOLE = {"policies.merger_support.interest_share": 1}
_INTEREST = _NO_AWARD | _WHOLE | {"policies.merger_support.interest_cap": "1 billion yuan"}
_WHOLE_INTEREST = _NO_AWARD | _WHOLE | {"policies.merger_support.interest_years": 5}
_HALF_THE_PRICE = {"policies.merger_support.award_rate": 0.5}
_AWARD_UNCAPPED = {"policies.merger_support.award_cap": "10 billion yuan"}

_SOLD_EARLY = {"policies.policy_fund.years": 1, "horizon.until": "2028Q4"}
_SOLD_DEAR = {"policies.policy_fund.years": 1, "policies.policy_fund.give_back": 0, "horizon.until": "2027Q4"}
_EAGER = {"parameters.major_project_response": 3, "horizon.until": "2027Q4"}
_NO_CAP = {"policies.project_awards.cap": "100 billion yuan"}
_SURE_STATUS = {"parameters.national_cluster_draw": 0.15}

_LINE = {"policies.two_high_projects.whose": "line"}
_CLOSING = {"policies.capacity_elimination.share": 0.1}
_FREE_SWAP = {"policies.two_high_projects.ratio": 0, "policies.two_high_projects.ratio_cement": 0}
_FREE_CEMENT = {"policies.two_high_projects.ratio": 1.5, "policies.two_high_projects.ratio_cement": 0}
_ALL_SAVED = {"policies.energy_saving_support.per_tce": "1 million yuan"}
_SAVED_UNCAPPED = _ALL_SAVED | {"policies.energy_saving_support.cap": "10 billion yuan"}
_LARGE_AWARD = {"policies.green_factories.award": "1 billion yuan"}
_SCARCE = {"policies.land_budget.supply_a_year": 4000}
_AT_ONCE = {"policies.land_budget.supply_a_year": 1e6}
_ANY_LAND = {"policies.land_budget.to_the_line": 1e6}
_LONG_CONNECTION = {"parameters.connection_days": 60}
_LONG_PERMITS = {"parameters.permit_days": 120}

WALK: dict[str, Moves] = {
    "digital_diagnosis.reach": Moves("digital_share", UP),
    "digital_subsidy.rate_landmark": Moves("digital_share", UP),
    "digital_subsidy.rate_other": Moves("digital_share", UP),
    "digital_subsidy.floor": Moves("digital_share", DOWN, "1 billion yuan", _HALF),
    "energy_budget.intensity_target": Moves("output_lost_to_cap", UP),
    "energy_budget.extra_tightening": Moves("output_lost_to_cap", UP),
    "energy_budget.trade": Moves("industrial_value_added", UP, "all", _TRADED),
    "energy_budget.shortfall": Moves("output_lost_to_cap", UP, 0.3, _SHORT),
    "energy_budget.deepest_shedding": Moves(
        "industrial_value_added", UP, beside=_VERY_SHORT | {"horizon.until": "2023Q4"}
    ),
    "energy_budget.rule": Moves("output_lost_to_cap", UP, "proportional", _CAP),
    "energy_budget.coverage": Moves("output_lost_to_cap", DOWN, beside=_CAP),
    "energy_budget.hand_on_slack": Moves("output_lost_to_cap", UP, False, _CAP),
    "high_tech_ladder.award_first": Moves("high_tech_firms", UP, "10 million yuan"),
    "industrial_internet.amount_a_year": Moves("digital_share", UP, "1 billion yuan"),
    "listing_support.award": Moves("listed_firms", UP, "100 million yuan"),
    "merger_support.interest_share": Moves("mergers", UP, beside=_LONG_INTEREST),
    "merger_support.interest_years": Moves("mergers", UP, beside=_INTEREST),
    "merger_support.interest_cap": Moves("mergers", UP, "1 billion yuan", _WHOLE_INTEREST),
    "merger_support.award_rate": Moves("mergers", UP, 0.5, _SMALL_TOO | _AWARD_UNCAPPED),
    "merger_support.award_cap": Moves("mergers", UP, "10 billion yuan", _SMALL_TOO | _HALF_THE_PRICE),
    "merger_support.buyer_floor": Moves("mergers", DOWN, "10 billion yuan", _OFTEN | _AWARD_UNCAPPED | _HALF_THE_PRICE),
    "project_awards.rate": Moves("industrial_value_added", UP, beside=_NO_CAP | _EAGER),
    "project_awards.cap": Moves("industrial_value_added", UP, "100 billion yuan", _EAGER),
    "project_supervision.share": Moves("industrial_value_added", UP),
    "new_industries.amount_a_year": Moves("new_industry_value_added", UP, "1 billion yuan"),
    "new_industries.national_cluster": Moves("new_industry_value_added", UP, True, _SURE_STATUS),
    "nurturing_pool.firms_in_pool": Moves("title_applications", UP),
    "smart_loan.room": Moves("digital_share", UP, 1.0),
    "smart_loan.points": Moves("digital_share", UP, 1.0, _UNCAPPED),
    "smart_loan.years": Moves("digital_share", UP, beside=_UNCAPPED | {"policies.smart_loan.points": 0.05}),
    "smart_workshops.award_workshop": Moves("industrial_value_added", UP, "1 billion yuan"),
    "smart_workshops.award_factory": Moves("industrial_value_added", UP, "1 billion yuan"),
    "specialised_enterprise.max_award_champion": Moves("title_applications", UP, "20 million yuan"),
    "specialised_enterprise.max_award_national_little_giant": Moves("title_applications", UP, "20 million yuan"),
    "specialised_enterprise.max_award_provincial_little_giant": Moves("title_applications", UP, "20 million yuan"),
    "specialised_enterprise.perceived_benefit": Moves("title_applications", UP),
    "peak_climbing.max_award_10bn": Moves("crossings_10bn", UP, "1 billion yuan"),
    "peak_climbing.perceived_benefit": Moves("crossings_10bn", UP),
    "first_loan.reach": Moves("investment_since_start", UP),
    "first_loan.access": Moves("investment_since_start", UP),
    "innovation_platforms.success_support": Moves("first_sets", UP),
    "policy_fund.co_investment": Moves("fund_too_small", DOWN),
    "policy_fund.most_public": Moves(
        "fund_leverage_attributed", DOWN, beside={"policies.policy_fund.co_investment": 0.5}
    ),
    "policy_fund.concession": Moves("investment_since_start", UP),
    "policy_fund.ticket": Moves("investment_since_start", DOWN, "10 billion yuan"),
    "policy_fund.first_loss": Moves("investment_since_start", UP),
    "policy_fund.years": Moves("investment_since_start", UP, beside=_SOLD_DEAR),
    "policy_fund.give_back": Moves("investment_since_start", UP, beside=_SOLD_EARLY),
    "research_support.rate": Moves("own_research", DOWN),
    "research_support.base": Moves("own_research", DOWN, "level"),
    "research_support.misuse": Moves("research", DOWN),
    "research_support.relabelled": Moves("research", DOWN),
    "talent.inflow": Moves("industrial_output", UP),
    "talent.supported": Moves("industrial_output", UP),
    "talent.drawn": Moves("industrial_output", UP),
    "talent.stock": Moves("industrial_output", DOWN),
    "talent.leaders": Moves("industrial_output", UP),
    "talent.leader_weight": Moves("industrial_output", UP),
    "two_high_projects.rule": Moves("energy_use", DOWN, "block"),
    "two_high_projects.line": Moves("energy_use", UP, beside=_LINE),
    "two_high_projects.ratio": Moves("energy_use", DOWN, 1.5, _FREE_SWAP),
    "two_high_projects.ratio_cement": Moves("energy_use", DOWN, 2.0, _FREE_CEMENT),
    "two_high_projects.credit_years": Moves("energy_use", UP, beside={"policies.two_high_projects.credit_years": 0}),
    "two_high_projects.credits_a_year": Moves("energy_use", UP, "1 billion yuan"),
    "capacity_elimination.share": Moves("energy_use", DOWN),
    "capacity_elimination.youngest": Moves("energy_use", UP, beside=_CLOSING),
    "capacity_elimination.line": Moves("energy_use", UP, beside=_CLOSING),
}

WALK |= {  # energy saving
    "energy_saving_support.per_tce": Moves(
        "energy_for_2021_output", DOWN, "1 million yuan", {"policies.energy_saving_support.cap": "10 billion yuan"}
    ),
    "energy_saving_support.share": Moves("energy_for_2021_output", DOWN, beside=_SAVED_UNCAPPED),
    "energy_saving_support.cap": Moves("energy_for_2021_output", DOWN, "10 billion yuan", _ALL_SAVED),
    "energy_audit.reach": Moves("energy_for_2021_output", DOWN),
    "energy_audit.floor": Moves("energy_for_2021_output", UP, "10 million tce"),
    "green_factories.award": Moves("energy_for_2021_output", DOWN, "1 billion yuan"),
    "green_factories.share": Moves("energy_for_2021_output", DOWN, beside=_LARGE_AWARD),
    "green_factories.floor": Moves("energy_for_2021_output", UP, "10 billion yuan", _LARGE_AWARD),
    "business_service.connection_saved": Moves("industrial_output", UP, beside=_LONG_CONNECTION),
    "business_service.permit_saved": Moves("industrial_output", UP, beside=_LONG_PERMITS),
    "land_budget.supply_a_year": Moves("investment_since_start", UP, beside=_ANY_LAND),
    "land_budget.to_the_line": Moves("investment_since_start", UP, beside=_AT_ONCE),
    "land_budget.rule": Moves("investment_since_start", UP, "price", _SCARCE),
    "land_budget.newcomers": Moves("investment_since_start", DOWN, beside=_SCARCE),
    "land_budget.floor_area_ratio": Moves("land_used", DOWN),
    "land_budget.least_investment": Moves("land_used", DOWN, "10 million yuan"),
    "land_budget.idle_below": Moves("land_used", DOWN),
    "land_budget.taken_back_after": Moves("vacant_land", UP),
}

_PAYS = "it decides who is paid how much for what firms do anyway, and moves the payment alone"
_RARE = "so few groups come near that line that no number of worlds here tells it from luck"

_TIPS_FEW = "who does not go to the cloud does not look, or finds no money: a share of the cost tips few projects"
_EITHER_SIGN = "what money does to quality work goes through zero in its range (quality_response)"

_FEW_NEAR = "in none of forty worlds was a group so little below the line of a list that it stretched to it"
_SMALL_ORDERS = (
    "a few makers a year sell first sets worth a twentieth of their sales: output rises in nearly every world, and by "
    "less than a few large firms vary by luck"
)

INERT: dict[str, str] = {
    "brand_quality.rate": _EITHER_SIGN,
    "brand_quality.cap": _EITHER_SIGN,
    "brand_quality.whose": _EITHER_SIGN,
    "cloud_support.rate": _TIPS_FEW,
    "cloud_support.cap": _TIPS_FEW,
    "digital_diagnosis.cost": "the city pays the visit, and what firms hear in it does not depend on its price: "
    + _PAYS,
    "digital_diagnosis.first": "it moves who is told first, and within some years all are told",
    "smart_loan.cap_a_year": "few firms are so large that the interest on a project of theirs meets the cap",
    "digital_subsidy.cap_landmark": "few firms are so large that a project of theirs meets the cap; a share of the "
    "project is what the others answer to",
    "digital_subsidy.cap_other": "few firms are so large that a project of theirs meets the cap; a share of the "
    "project is what the others answer to",
    "energy_budget.deepest_squeeze": "it says how far key users give way to what others use beyond plan, which moves "
    "who is cut and, where they can be reached, not how much",
    "energy_budget.order": "the largest users are the mills of the cluster with most energy per value added, so that "
    "both orders call the same firms in nearly every world",
    "high_tech_ladder.award_renewal": "holders are examined again whatever it is: " + _PAYS,
    "leading_enterprise.max_award_china_500": _FEW_NEAR,
    "leading_enterprise.max_award_manufacturing_500": _FEW_NEAR,
    "leading_enterprise.max_award_private_500": _FEW_NEAR,
    "leading_enterprise.perceived_benefit_other": _FEW_NEAR,
    "leading_enterprise.max_award_world_500": _FEW_NEAR,
    "leading_enterprise.perceived_benefit_world_500": _FEW_NEAR,
    "leading_enterprise.re_entry": _PAYS,
    "leading_enterprise.stacking": _PAYS,
    "project_supervision.amount_a_year": "what rounds take off delays does not depend on what they cost: " + _PAYS,
    "nurturing_pool.help_a_firm": "what preparation saves a firm is a number of the world (title_help_effect), "
    "whatever the city spends on it",
    "peak_climbing.max_award_100bn": _RARE,
    "peak_climbing.max_award_50bn": _RARE,
    "peak_climbing.weight_innovation": _PAYS,
    "peak_climbing.weight_green": _PAYS,
    "peak_climbing.weight_output": _PAYS,
    "peak_climbing.unit": _PAYS,
    "peak_climbing.double_crossing": _PAYS,
    "peak_climbing.stacking": _PAYS,
    "scale_up.rate": "passing the line of 20 million yuan is no decision of a firm here: " + _PAYS,
    "scale_up.cap": "passing the line of 20 million yuan is no decision of a firm here: " + _PAYS,
    "scale_up.services_a_year": "services are outside the modelled firms: " + _PAYS,
    "scale_up.services_tax_rise": "services are outside the modelled firms: " + _PAYS,
    "first_loan.cost": "it is what the city pays for interest and losses; what a loan opens does not depend on it: "
    + _PAYS,
    "first_loan.lasts": "first loans are given once, and by the end of the run most that were given still last",
    "first_purchase.orders": _SMALL_ORDERS,
    "first_purchase.on_top": _SMALL_ORDERS,
    "first_purchase.set_price": _SMALL_ORDERS,
    "first_purchase.rate": "a first set is recognised when a product succeeds, which no firm decides: " + _PAYS,
    "first_purchase.cap": "a first set is recognised when a product succeeds, which no firm decides: " + _PAYS,
    "innovation_platforms.amount_a_year": "what platforms add to success is success_support, whatever they cost",
    "peak_climbing.clawback": "awards as announced are small beside the cost of stretching, so nobody stretches",
    "peak_climbing.clawback_years": "nothing is claimed back unless clawback is above zero",
    "peak_climbing.paid_over": "awards as announced are small beside the cost of stretching, so nobody stretches",
    "policy_fund.amount_a_year": "nine tenths of the announced money find no taker, so more of it changes nothing",
    "policy_fund.agreed_share": "it decides which clusters are served, and most money finds no taker in any",
    "policy_fund.rule": "it decides who is served first, and there is money left for those served last",
    "policy_fund.landmark_weight": "it decides who is served first, and there is money left for those served last",
    "research_support.cap": "few firms do so much more research than a year ago that the cap binds",
    "talent.cost_a_head": "what talent brings does not depend on what the city pays for it: " + _PAYS,
    "talent.leader_award": "what talent brings does not depend on what the city pays for it: " + _PAYS,
    "specialised_enterprise.pay_again": "former holders apply whether they are paid again or not, as a title is "
    "worth more to them than the award, and quotas are full",
    "policy_fund.announced_leverage": "it is what was announced, told beside what is measured",
    "two_high_projects.whose": "steel and cement hold nearly all of the energy either way, and where the line adds "
    "firms of other clusters it lets go the frugal ones of these",
    "two_high_projects.ratio_merged": "few groups of these clusters buy another whole within four years",
    "capacity_elimination.measure_by": "it says who closes, not how much, and what closes is built again where nothing "
    "forbids it: in ten worlds one order saved as much energy as the other",
    "capacity_elimination.compensation": "a plant closes by order, whatever it is paid: " + _PAYS,
}

# Of the outlook: what each field moves in a world without policy, and where a field that is not walked is held.
OUTLOOK: dict[str, Moves] = {
    "demand_shift": Moves("industrial_output", UP, 0.2),
    "demand": Moves("industrial_output", UP, {"new_energy_vehicles": "boom"}),
    "metals_price": Moves("loss_making_share", UP, 1.0),
    "ores_price": Moves("loss_making_share", UP, 1.0),
    "electricity_price": Moves("loss_making_share", UP, 1.0),
    "chemicals_price": Moves("loss_making_share", UP, 1.0),
    "coal_price": Moves("loss_making_share", UP, 1.0),
    "exchange_rate": Moves("industrial_output", UP, 0.5),
    "world_500_line": Moves("world_500_on_list", UP, -0.5),
    "export_demand": Moves("industrial_output", UP, 1.0),
    "core_parts_price": Moves("loss_making_share", UP, 5.0),
}

_OWN_COUNT = "it moves its own count, held in tests/test_quota_paths.py"
OUTLOOK_NOT_WALKED: dict[str, str] = {
    "thresholds": "it takes the published lines in place of the expected ones, held in tests/test_lists.py",
    "calm": "it is another world and no more or less of one, held in tests/test_calm_world.py",
    "announced": "it is dated projects or none, held in tests/test_announced.py",
    "title_quota_provincial": _OWN_COUNT,
    "title_quota_national": _OWN_COUNT,
    "title_quota_champion": _OWN_COUNT,
}

INERT |= {  # energy saving
    "energy_audit.cost": "the city pays the audit, and what firms hear in it does not depend on its price: " + _PAYS,
    "green_factories.circular_a_year": "what circular parks order from the city's makers goes through zero in its "
    "range (green_orders)",
    "business_service.register_saved": "it saves newcomers' plants less than a day, and they open by whole quarters",
    "business_service.amount_a_year": "what windows save does not depend on what they cost: " + _PAYS,
    "entrepreneur_card.floor": "only groups above 10 billion yuan are sold, so cards of smaller ones keep nobody",
    "entrepreneur_card.cost_a_card": "what services do does not depend on what they cost: " + _PAYS,
}
