"""The firms as columns, without Mesa: one row per establishment, a row is for ever.

Rows of one cluster lie together: first the starting firms, then entrants in order of entry, with room for all
potential entrants of the horizon. `start[c]:stop[c]` are the rows of cluster `c` used so far; rows beyond
hold zeros. An entrant's row depends on who entered before it, its key does not: compare worlds by key. A business
group is a row number too: the row of its head, which carries what belongs to the group as a whole (revenue outside
the city, lists entered).

Money is in million yuan, a flow is per quarter, a quantity is in million yuan at 2021 prices per quarter, energy is
in tonnes of standard coal equivalent (tce).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.tables.clusters import COUNT


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the firm table: numpy type, unit, meaning, and the one module that writes it each quarter."""

    name: str
    kind: str
    unit: str
    meaning: str
    meaning_zh: str
    writer: str
    width: int = 1


_F, _I, _B, _K = "float64", "int64", "bool", "uint64"

COLUMNS: tuple[Column, ...] = (
    # who the firm is
    Column("key", _K, "-", "identity in every draw, ledger line and table", "企业标识", "entry_exit"),
    Column("cluster", _I, "-", "number of the cluster", "所属集群", "population"),
    Column("group", _I, "row", "row of the head of the business group", "所属集团", "population"),
    Column("leads", _B, "-", "heads its business group", "集团牵头企业", "population"),
    Column("ownership", _I, "-", "0 private, 1 state, 2 foreign", "所有制", "population"),
    Column("local_headquarters", _B, "-", "the group is led from the city", "总部在本市", "ownership"),
    Column("listed", _B, "-", "shares are listed", "上市", "listing"),
    Column("major", _B, "-", "new plant of a major project", "重大项目新建工厂", "entry_exit"),
    Column("founded", _I, "quarter number", "quarter of entry", "成立季度", "entry_exit"),
    Column("active", _B, "-", "in business", "存续", "entry_exit"),
    Column(
        "above_scale", _B, "-", "counted as above-scale (revenue of 20 million yuan a year)", "规上企业", "recognition"
    ),
    # what it can do
    Column("capital", _F, "million yuan, 2021 prices", "fixed capital", "固定资本", "construction"),
    Column("pipeline", _F, "million yuan, 2021 prices", "capital under construction", "在建资本", "construction"),
    Column(
        "capital_moved",
        _F,
        "million yuan, 2021 prices",
        "announced capital that comes this quarter, or leaves",
        "公布项目资本变动",
        "projects",
    ),
    Column(
        "capital_due",
        _F,
        "million yuan, 2021 prices",
        "announced capital that comes within a year",
        "一年内到位公布资本",
        "projects",
    ),
    Column("productivity", _F, "index", "output per unit of input, 1 = cluster norm of 2021", "生产率", "innovation"),
    Column("quality", _F, "log index", "product quality, 0 = 2021", "质量", "innovation"),
    Column("research_propensity", _F, "ratio", "research it wants over the cluster norm", "研发倾向", "population"),
    Column(
        "research_stock", _F, "million yuan, 2021 prices", "research and development stock", "研发存量", "innovation"
    ),
    Column("digital_level", _I, "0-3", "digital retrofit level", "数字化等级", "construction"),
    Column(
        "adapting", _I, "quarters", "quarters of running-in left after a digital retrofit", "数改适应期", "construction"
    ),
    Column(
        "digital_effect",
        _F,
        "ratio",
        "efficiency from digital retrofits since 2021, running-in dip included",
        "数改增效",
        "construction",
    ),
    Column(
        "energy_intensity",
        _F,
        "tce per million yuan, 2021 prices",
        "energy per unit of output",
        "能源强度",
        "construction",
    ),
    # what it sells
    Column("demand", _F, "quantity", "lasting demand for its products, without season", "需求", "demand"),
    Column(
        "demand_moved",
        _F,
        "quantity",
        "demand that comes with a start-up this quarter, or leaves with a move",
        "项目需求变动",
        "projects",
    ),
    Column("ramp_demand", _F, "quantity", "demand of a new plant still to come", "待爬坡需求", "projects"),
    Column(
        "shock_scale",
        _F,
        "log",
        "Laplace scale of its demand shock in a quarter, by size at the start of the year",
        "需求波动幅度",
        "demand",
    ),
    Column(
        "size_growth",
        _F,
        "log",
        "growth of its demand in a quarter that goes with its size at the start of the year",
        "规模增长差",
        "demand",
    ),
    Column("orders", _F, "quantity", "orders of the quarter, with season and passing noise", "订单", "demand"),
    Column("competitiveness", _F, "log index", "minus log unit cost plus weighted quality", "竞争力", "demand"),
    Column("expected_demand", _F, "quantity", "demand it plans for, without season", "预期需求", "expectations"),
    Column(
        "wanted_output",
        _F,
        "quantity",
        "output before energy limits, orders taken over from neighbours included",
        "拟产量",
        "market",
    ),
    Column("energy_quota", _F, "tce", "energy it may use this quarter; infinite without a quota", "用能指标", "energy"),
    Column(
        "energy_price_shadow",
        _F,
        "million yuan per tce",
        "value added lost per tce at the margin",
        "用能影子价格",
        "energy",
    ),
    Column("output", _F, "quantity", "output sold", "产量", "market"),
    Column("output_lost", _F, "quantity", "output cut by the energy quota", "限能减产", "market"),
    Column(
        "output_leaked", _F, "quantity", "cut output that reappears in plants outside the city", "外溢产量", "market"
    ),
    Column("energy_use", _F, "tce", "energy used", "能源消费", "market"),
    # what it wants to spend and what finance grants
    Column("wanted_research", _F, "million yuan", "research it wants to do", "拟研发", "innovation"),
    Column(
        "wanted_replacement", _F, "million yuan", "replacement of worn capital it wants", "拟更新投资", "investment"
    ),
    Column("wanted_expansion", _F, "million yuan", "new capacity it wants", "拟扩产投资", "investment"),
    Column("wanted_digital", _F, "million yuan", "digital retrofit it wants", "拟智改数转", "retrofit"),
    Column("wanted_energy_saving", _F, "million yuan", "energy-saving retrofit it wants", "拟节能改造", "retrofit"),
    Column("research", _F, "million yuan", "research paid", "研发支出", "finance"),
    Column("replacement", _F, "million yuan", "replacement investment paid", "更新投资", "finance"),
    Column("expansion", _F, "million yuan", "expansion investment paid, public part included", "扩产投资", "finance"),
    Column("digital_spending", _F, "million yuan", "digital retrofit paid", "智改数转支出", "finance"),
    Column("energy_saving_spending", _F, "million yuan", "energy-saving retrofit paid", "节能改造支出", "finance"),
    Column("credit_drawn", _F, "million yuan", "new debt for the granted spending", "新增贷款", "finance"),
    Column(
        "equity_raised",
        _F,
        "million yuan",
        "capital that owners and investors put into an expansion",
        "股权融资",
        "finance",
    ),
    Column("fund_taken", _F, "million yuan", "policy-fund money taken up", "政策资金到位", "finance"),
    # named flows of the quarter
    Column("revenue", _F, "million yuan", "sales", "营业收入", "accounts"),
    Column("materials", _F, "million yuan", "bought inputs but energy", "原材料", "accounts"),
    Column("energy_bill", _F, "million yuan", "energy bought", "能源费用", "accounts"),
    Column("value_added", _F, "million yuan", "sales less materials and energy", "增加值", "accounts"),
    Column("wages", _F, "million yuan", "wages and social contributions", "工资", "accounts"),
    Column("interest", _F, "million yuan", "interest on debt", "利息", "accounts"),
    Column("tax", _F, "million yuan", "all taxes", "税收", "accounts"),
    Column("margin_noise", _F, "share of sales", "this year's surprise in input cost", "利润率扰动", "accounts"),
    Column("awards", _F, "million yuan", "public awards received", "财政奖励", "model"),
    Column(
        "threshold_cost",
        _F,
        "million yuan",
        "cost of pulling revenue forward or booking trade",
        "冲线成本",
        "thresholds",
    ),
    Column("dividends", _F, "million yuan", "paid to owners", "分红", "accounts"),
    Column("borrowed", _F, "million yuan", "new debt", "借款", "accounts"),
    Column("repaid", _F, "million yuan", "debt repaid", "还款", "accounts"),
    Column("profit", _F, "million yuan", "value added less wages, tax, interest, research, wear", "利润", "accounts"),
    # stocks
    Column("cash", _F, "million yuan", "cash", "现金", "accounts"),
    Column("debt", _F, "million yuan", "interest-bearing debt", "有息负债", "accounts"),
    Column("debt_moved", _F, "million yuan", "debt that leaves with capital that moves away", "随迁债务", "projects"),
    Column("fund_stake", _F, "million yuan", "stake held by the policy fund", "政策资金持股", "accounts"),
    Column("net_worth", _F, "million yuan", "cash and capital less debt and fund stake", "净资产", "accounts"),
    Column("operating_flow", _F, "million yuan", "cash earned before investment, smoothed", "经营现金流", "accounts"),
    Column("short_of_cash", _I, "quarters", "quarters in a row with negative cash", "现金为负季数", "accounts"),
    Column(
        "season_revenue", _F, "million yuan", "revenue of the last quarter of each season", "近四季营收", "accounts", 4
    ),
    Column(
        "year_ago_revenue",
        _F,
        "million yuan",
        "revenue of the same quarter a year before the last one",
        "上年同季营收",
        "accounts",
    ),
    Column("year_revenue", _F, "million yuan", "revenue of the calendar year so far", "当年累计营收", "accounts"),
    Column("year_profit", _F, "million yuan", "profit of the calendar year so far", "当年累计利润", "accounts"),
    Column("year_local_tax", _F, "million yuan", "local tax of the calendar year so far", "当年地方税收", "accounts"),
    Column("last_revenue", _F, "million yuan", "revenue of the last full calendar year", "上年营收", "recognition"),
    Column("last_profit", _F, "million yuan", "profit of the last full calendar year", "上年利润", "recognition"),
    Column(
        "last_local_tax", _F, "million yuan", "local tax of the last full calendar year", "上年地方税收", "recognition"
    ),
    Column(
        "local_tax_rise",
        _F,
        "million yuan",
        "rise in local tax of the last calendar year",
        "地方税收增量",
        "recognition",
    ),
    # titles, tiers and lists
    Column("ever_above_scale", _B, "-", "has been above-scale before", "曾为规上", "recognition"),
    Column(
        "specialised_title",
        _I,
        "0-3",
        "none, provincial little giant, national little giant, champion",
        "专精特新称号",
        "titles",
    ),
    Column("specialised_expiry", _I, "quarter number", "last quarter of validity", "称号到期", "titles"),
    Column("high_tech_title", _B, "-", "national high-tech enterprise", "高新技术企业", "titles"),
    Column("high_tech_expiry", _I, "quarter number", "last quarter of validity", "高企到期", "titles"),
    Column("highest_title", _I, "0-3", "highest specialised title ever held", "曾获最高称号", "titles"),
    Column(
        "highest_tier",
        _I,
        "0-3",
        "highest revenue tier ever crossed by the establishment (10, 50, 100bn)",
        "企业最高营收台阶",
        "recognition",
    ),
    Column(
        "highest_real_tier",
        _I,
        "0-3",
        "the same without booked, pulled or price-made crossings",
        "企业最高真实台阶",
        "recognition",
    ),
    Column(
        "group_highest_tier",
        _I,
        "0-3",
        "highest tier ever crossed by the group (head row)",
        "集团最高营收台阶",
        "recognition",
    ),
    Column(
        "group_highest_real_tier",
        _I,
        "0-3",
        "the same without booked, pulled or price-made crossings",
        "集团最高真实台阶",
        "recognition",
    ),
    Column("lists_ever", _I, "bits", "lists ever entered by the group (head row)", "曾入榜单", "recognition"),
    Column(
        "lists_now", _I, "bits", "lists of the latest year that hold the group (head row)", "现入榜单", "recognition"
    ),
    Column(
        "lists_met",
        _I,
        "bits",
        "lists whose line the group's revenue has met (head row)",
        "曾达榜单门槛",
        "recognition",
    ),
    Column(
        "discloses", _I, "bits", "lists that know the group's revenue (head row)", "已向榜单披露营收", "recognition"
    ),
    # the group beyond the city (head rows)
    Column("outside_demand", _F, "quantity", "demand for the group's plants outside the city", "市外需求", "demand"),
    Column("outside_capacity", _F, "quantity", "output the plants outside could make", "市外产能", "projects"),
    Column("outside_moved", _F, "quantity", "demand that moves to plants outside this quarter", "外迁需求", "projects"),
    Column(
        "outside_intensity",
        _F,
        "tce per million yuan, 2021 prices",
        "energy intensity of plants outside",
        "市外能源强度",
        "population",
    ),
    Column(
        "outside_revenue", _F, "million yuan", "revenue outside the city and from leaked output", "市外营收", "accounts"
    ),
    Column("trading_revenue", _F, "million yuan", "trading revenue of the usual business", "贸易营收", "accounts"),
    Column(
        "trading_base", _F, "million yuan, 2021 prices", "trading revenue per quarter of 2021", "贸易基数", "population"
    ),
    Column(
        "year_group_extra",
        _F,
        "million yuan",
        "outside and trading revenue of the year so far",
        "当年集团市外及贸易营收",
        "accounts",
    ),
    Column(
        "year_real",
        _F,
        "million yuan, 2021 prices",
        "output of the year so far, with outside and trading on head rows",
        "当年不变价营收",
        "accounts",
    ),
    Column(
        "real_revenue",
        _F,
        "million yuan, 2021 prices",
        "group output of the last calendar year (head row)",
        "集团上年不变价营收",
        "recognition",
    ),
    Column(
        "pulled_forward", _F, "million yuan", "revenue of next year booked in this one", "提前确认营收", "thresholds"
    ),
    Column(
        "pulled_back", _F, "million yuan", "revenue of this year booked in the last one", "已提前确认营收", "thresholds"
    ),
    Column(
        "booked_trading", _F, "million yuan", "trading revenue booked to reach a line", "冲线贸易营收", "thresholds"
    ),
    Column(
        "reported_revenue",
        _F,
        "million yuan",
        "group revenue reported for the last calendar year (head row)",
        "集团上年营收",
        "recognition",
    ),
)

NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
PRIVATE, STATE, FOREIGN = 0, 1, 2
TOP_DIGITAL_LEVEL = 3
NO_TITLE, PROVINCIAL, NATIONAL, CHAMPION = 0, 1, 2, 3


class Firms:
    """The firm table: each column is an attribute, a numpy array of `rows` (or `rows` x width) values.

    Attributes:
        rows: number of rows, spare ones included.
        start, first_entrant, end: first row of each cluster, of its entrants, and of the next cluster.
        stop: row after the last one used so far, per cluster.
        places: potential entrants of a quarter per cluster: row 0 ordinary firms, row 1 plants of major projects.
        frontier: 90th percentile of log efficiency of active firms, per cluster.
        members: rows of establishments that belong to a group and do not head it.
        beyond: rows of heads of groups with plants or trade outside the city.
    """

    def __init__(self, start: np.ndarray, first_entrant: np.ndarray, end: np.ndarray) -> None:
        self.rows = int(end[-1])
        self.start, self.first_entrant, self.end = (a.astype(np.int64) for a in (start, first_entrant, end))
        self.stop = self.first_entrant.copy()
        self.places = np.zeros((2, COUNT), dtype=np.int64)
        self.frontier = np.zeros(COUNT)
        for column in COLUMNS:
            shape: Any = self.rows if column.width == 1 else (self.rows, column.width)
            setattr(self, column.name, np.zeros(shape, dtype=column.kind))
        self.group[:], self.leads[:] = (
            np.arange(self.rows),
            True,
        )  # each firm is a group of its own until it joins another
        self.members = self.beyond = np.zeros(0, dtype=np.int64)

    def __getattr__(self, name: str) -> Any:  # tells the type checker that columns exist
        raise AttributeError(f"firms have no column named '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def copy(self) -> Firms:
        """Return an independent copy: the same population starts every variant."""
        twin = object.__new__(Firms)
        for name, value in self.__dict__.items():
            setattr(twin, name, value.copy() if isinstance(value, np.ndarray) else value)
        return twin

    def read_only(self) -> Firms:
        """Return the same firms through arrays that refuse to be written: what instruments see."""
        view = object.__new__(Firms)
        for name, value in self.__dict__.items():
            if isinstance(value, np.ndarray):
                value = value.view()
                value.flags.writeable = False
            setattr(view, name, value)
        return view

    def cluster_sum(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of a column over each cluster's used rows; idle rows hold zeros."""
        ends = np.empty(2 * self.start.size, dtype=np.int64)
        ends[::2], ends[1::2] = self.start, self.stop
        sums: np.ndarray = np.add.reduceat(values, ends[:-1] if ends[-1] == self.rows else ends)[::2]
        return sums
