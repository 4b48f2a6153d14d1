"""What a difference is held against, by its title: a world without policy, or one with policies of its own."""

from __future__ import annotations

from sim.pages.said import Said
from sim.policies import get
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import NO_POLICY
from sim.tables.units import counted

_MOST = 3  # instruments that a sentence names


def titled(spec: Scenario) -> Said:
    """Return title and name of a scenario."""
    return Said(f"“{spec.title.en}” ({spec.name})", f"“{spec.title.zh}”（{spec.name}）")


def apart(arms: dict[str, Scenario]) -> dict[str, Said]:
    """Return what arms are called in a title: by their own, and by their names too where two would be called alike."""
    titles = [spec.title for spec in arms.values()]
    return {
        name: Said(spec.title.en, spec.title.zh)
        if titles.count(spec.title) == 1
        else _without_policy(spec)
        if name == NO_POLICY
        else Said(f"{spec.title.en} ({name})", f"{spec.title.zh}（{name}）")
        for name, spec in arms.items()
    }


def policies_in(spec: Scenario) -> Said:
    """Say which policies a reference has: with any, it is no world without policy."""
    count = len(spec.policies)
    if not count:
        return Said("it has no policy", "其中没有任何政策")
    known = [get(name) for name in list(spec.policies)[:_MOST]]
    named, named_zh = ", ".join(k.title_en for k in known), "、".join(k.title_zh for k in known)
    more, more_zh = (f" and {count - _MOST} more", "等") if count > _MOST else ("", "")
    return Said(
        f"it has {counted(count, 'instrument')} of policy itself ({named}{more}), so it is no world without policy",
        f"其中自有{count}项政策（{named_zh}{more_zh}），并非没有政策的情形",
    )


def base_is(base: Scenario) -> Said:
    """Say what all differences of a comparison are against."""
    name, has = titled(base), policies_in(base)
    return Said(
        f"Every difference is against {name.en}: {has.en}",
        f"各项差值均与{name.zh}相比：{has.zh}",
    )


def rules_before_are(spec: Scenario) -> Said | None:
    """Say what the rules are that held before; nothing where a scenario names none."""
    if spec.before is None:
        return None
    before = load(spec.before)
    name, has = titled(before), policies_in(before)
    return Said(f"The rules that held before are {name.en}: {has.en}", f"原有规则为{name.zh}：{has.zh}")


def _without_policy(spec: Scenario) -> Said:
    return Said(f"{spec.title.en}, without any policy", f"{spec.title.zh}，去除全部政策")
