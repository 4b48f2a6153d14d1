"""ClusterModel: the quarter, read as one page. The order of the steps is part of the science."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sim import history
from sim.behaviours import (
    accounts,
    construction,
    demand,
    energy,
    energy_saving,
    entry_exit,
    expectations,
    finance,
    first_sets,
    funding,
    high_tech,
    innovation,
    investment,
    land,
    listing,
    market,
    mergers,
    ownership,
    projects,
    recognition,
    retrofit,
    smart_titles,
    thresholds,
    titles,
    year_books,
)
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.year import CLOSE_YEAR, NEW_YEAR, aimed_at
from sim.city.city import CityAccounts
from sim.firms import frontier, swap
from sim.firms.announced import Announced, schedule
from sim.firms.reservoir import Reservoir
from sim.firms.signings import Signings
from sim.firms.technology import Technology
from sim.measure.outcomes import Moves, Recorder, Result
from sim.measure.undefined import refuse_undefined
from sim.mesa_model import DEFAULT_SEED, TableModel, the_scenario
from sim.outside import rivals
from sim.outside.world import Conditions, Progress, World
from sim.policies.instrument import Instrument, View
from sim.scenario.drawn import numbers_in, paths_of_numbers, world_numbers
from sim.scenario.scenario import Scenario
from sim.setting import Setting
from sim.start.state import Start
from sim.tables.parameters import Parameters
from sim.treasury.claims import AWARD, SUBSIDY
from sim.treasury.events import Event
from sim.treasury.ledger import Envelope, Ledger
from sim.treasury.terms import Terms


class ClusterModel(TableModel):
    """The firms of the clusters under one scenario.

    Args:
        scenario: the scenario, its shipped name or its file.
        seed: fixes all luck; the same seed gives a firm the same luck in every scenario. rng: Mesa's name for it.
        fixed: hold assumed numbers at their table values instead of drawing them.
        start: a starting state built for the same seed and numbers, to save building it again.

    Attributes:
        firms: the firm table. ledger: public money paid. quarter: the last quarter simulated (None before).
        events: what firms reached in the last quarter. running: whether a quarter of the horizon is left.
    """

    def __init__(
        self,
        scenario: str | Path | Scenario,
        seed: int | None = DEFAULT_SEED,
        *,
        rng: int | None = None,
        fixed: bool = False,
        start: Start | None = None,
    ) -> None:
        super().__init__(seed, rng)
        self.spec = spec = the_scenario(scenario)
        self.numbers = world_numbers(spec, self.seed_number, fixed=fixed)
        self._paths = paths_of_numbers(spec)
        self.technology = Technology.of(self.numbers)
        self.start = start or build_start(spec, self.numbers, self.seed_number)
        self.firms = self.start.firms.copy()
        frontier.find_frontier(self.firms)
        self._usual = rivals.usual(self.firms, self.numbers, self.technology, spec.until - FIRST + 1, self.start)
        self.world = World(
            self.numbers,
            self.technology,
            self.seed_number,
            spec.until,
            progress=Progress(
                *(rate.cumsum(axis=0) for rate in (self._usual.efficiency, self._usual.saved, self._usual.unit_cost))
            ),
            thresholds=spec.outlook.thresholds,
            demand_shift=spec.outlook.demand_shift,
            pressure=spec.outlook.pressure,
        )
        self.ledger = Ledger(Envelope(spec.envelope.amount_a_year, spec.envelope.when_short, spec.envelope.order))
        comes = spec.outlook.announced and not spec.outlook.calm
        self.announced = schedule(self.numbers, self.start.named) if comes else Announced()
        self.quarter: Quarter | None = None
        self.events: tuple[Event, ...] = ()
        self._programmes = tuple(spec.policies.values())
        self._seen = self.firms.read_only()
        self._pull = np.zeros(self.firms.start.size)
        self.reservoir = Reservoir.of(self.firms, self.numbers)
        self.signings = Signings.none()
        self.bank = swap.Bank(self.firms.start.size)
        self.city = CityAccounts(self.firms, self.numbers, self.technology, self.world, self.seed_number)
        self.record = Recorder(self.start, spec.until)

    def step(self) -> None:
        """Simulate the next quarter; ValueError after the last of the horizon."""
        setting = self._begin()
        firms = self.firms
        projects.advance(firms, setting)
        demand.turn(firms, setting)
        expectations.expect(firms, setting)
        retrofit.consider(firms, setting)
        energy_saving.consider(firms, setting)
        funding.answer(firms, setting)
        investment.want(firms, setting)
        innovation.want(firms, setting)
        mergers.want(firms, setting, self.world.expected_lines)
        finance.grant(firms, setting)
        construction.build(firms, setting)
        land.take(firms, setting)
        innovation.discover(firms, setting)
        events = first_sets.recognise(firms, setting)
        market.want(firms, setting)
        energy.allocate(firms, setting)
        market.sell(firms, setting)
        self._pay_offers(setting)
        thresholds.reach(firms, setting, self.world.expected_lines(aimed_at(setting.quarter)))
        accounts.settle(firms, setting)
        year_books.add_up(firms, setting)
        events += recognition.recognise(firms, setting, self.world.lines(setting.quarter.year))
        events += titles.judge(firms, setting)
        events += high_tech.examine(firms, setting)
        events += smart_titles.judge(firms, setting)
        events += listing.go_public(firms, setting)
        merged = mergers.conclude(firms, setting)
        sold = ownership.sell(firms, setting)
        totals = self.city.account(firms, setting, self.record.made(firms, setting.quarter))
        self.record.paid(firms, setting, totals, self.ledger, self._told(setting))
        left, returned = entry_exit.leave(firms, setting)
        self._finish(setting, events, Moves(left, *entry_exit.join(firms, setting), sold, returned, merged))

    def run(self) -> Result:
        """Simulate to the end of the scenario's horizon and return what was measured.

        Raises:
            UndefinedWorld: if something of it is not a number.
        """
        self.run_model()
        refuse_undefined(result := self.result())
        return result

    def result(self) -> Result:
        """Return what has been measured so far."""
        return self.record.result(self.ledger, self.firms)

    def _begin(self) -> Setting:
        """Turn the world by a quarter, pay awards, collect the terms of policy: offers are bounded by what is left."""
        if self.quarter == self.spec.until:
            raise ValueError(f"no quarter after {self.spec.until}, where the scenario ends: set a later horizon.until")
        self.quarter = quarter = FIRST if self.quarter is None else self.quarter + 1
        conditions = self.world.at(quarter)
        self._pay_awards(quarter, conditions)
        terms = Terms(self.firms.rows, self.spec.envelope.stacking, self.spec.envelope.most_public)
        view = self._view(quarter, conditions)
        for instrument in self._in_force(quarter):
            instrument.announce(view, terms)
        for programme in self._programmes:
            programme.settle(view, terms)
        stands = self.firms, self.technology.capital_output
        swap.begin(self.bank, quarter.number, terms.swap, *stands, view.numbers.swap_opening)
        self.signings.turn(quarter, self.firms.places, view.numbers, self.seed_number, terms.newcomers, view.deflator)
        usual, past = self._usual, quarter - FIRST
        # firms compare what they are with what they were a quarter ago: nobody has moved before the first
        rivals_gained = usual.competitiveness[past - 1] if past else np.zeros(self._pull.size)
        of_rivals = rivals_gained, usual.turnover[past], usual.efficiency[:past].sum(axis=0), usual.imitation
        others = *of_rivals, self._pull, self.start.smallest, self.reservoir.share
        here = quarter, conditions, terms, view.numbers, self.technology, self.seed_number
        coming = self.announced, self.signings, self.bank
        return Setting(*(*here, self.world.years_passed(quarter), *others, *coming))

    def _in_force(self, quarter: Quarter) -> list[Instrument]:
        """Return the instruments of a quarter, with the values of their levers in it."""
        return [instrument for programme in self._programmes if (instrument := programme.at(quarter)) is not None]

    def _view(self, quarter: Quarter, now: Conditions) -> View:
        planned = self.world.planned_gdp(quarter.year), self.world.planned_growth(quarter.year)
        of_city = self._seen, numbers_in(quarter, self.numbers, self._paths), self.events, self.start.energy_2021
        known = *of_city, *planned, now.season, self.ledger.left(quarter), self.ledger.payments_of
        past = self.ledger.bought_by, self.ledger.waiting_of
        return View(quarter, *known, now.deflator, self.start.ground, *past, self.bank)

    def _pay_awards(self, quarter: Quarter, now: Conditions) -> None:
        """Pay what last quarter's events earned and what is bought directly, before offers."""
        view = self._view(quarter, now)
        claims = [claim for programme in self._programmes for claim in programme.claim(view)]
        self.ledger.pay(quarter, [claim.to_those_in_business(self.firms.active) for claim in claims])
        self.firms.awards[:] = self.ledger.received(quarter, AWARD, self.firms.rows)

    def _pay_offers(self, setting: Setting) -> None:
        view = self._view(setting.quarter, setting.conditions)
        claims = [c for instrument in self._in_force(setting.quarter) for c in instrument.take_up(view, setting.terms)]
        self.ledger.pay_offers(setting.quarter, claims)
        if claims:
            self.firms.awards[:] = self.ledger.received(setting.quarter, AWARD, self.firms.rows)
        self.firms.subsidies[:] = self.ledger.received(setting.quarter, SUBSIDY, self.firms.rows)

    def _told(self, setting: Setting) -> dict[str, float]:
        """Return what the instruments of the scenario know of the quarter."""
        telling = {name: programme for name, programme in self.spec.policies.items() if programme.kind.outcomes}
        if not telling:  # a view costs as much as a small step
            return {}
        told: dict[str, float] = {}
        view = self._view(setting.quarter, setting.conditions)
        for name, programme in telling.items():
            told |= programme.measure(view, setting.terms, self.ledger.paid_by(name, setting.quarter))
        return told

    def _finish(self, setting: Setting, events: list[Event], moves: Moves) -> None:
        """Measure the quarter and remember what the next one needs."""
        self.events = tuple(event for event in (*events, moves.opened) if event.rows.size)
        if setting.quarter.season == NEW_YEAR:
            frontier.find_frontier(self.firms)
        self.reservoir.turn(moves.joined.size, moves.returned.size)
        self.record.stocks(self.firms, self.events, moves, self.reservoir)
        if setting.quarter.season == CLOSE_YEAR:
            self.record.year(self.firms, self.numbers, self.world.lines(setting.quarter.year))
        self._pull = self.record.local_pull(self.numbers, self.world, setting.quarter)
        self.running = setting.quarter != self.spec.until


def build_start(spec: Scenario, numbers: Parameters, seed: int) -> Start:
    """Return the starting state that a scenario asks for."""
    return history.build(numbers, *spec.population.counts, seed, spec.until, spec.read_register())
