"""Mistakes of a beginner, made from what a scenario may say: each lever, horizon, target, number and option wrongly
written once, in files, options and designs.
"""

import io
from dataclasses import dataclass, field

from sim.scenario.levers import levers
from sim.tables.catalogue import TARGET, outcomes
from sim.tables.units import MOST_MONEY

HEAD = "name: mine\ntitle: {en: T, zh: 题}\nquestion: {en: Q?, zh: 问？}\nsources: [own assumption]\n"
CAP, RATE = "policies.energy_budget.extra_tightening", "policies.scale_up.rate"
FUND, RULE = "policies.policy_fund.amount_a_year", "policies.policy_fund.rule"
_OTHER_UNIT = {"million yuan": "5 tce", "tce": "5 million yuan", "share": "5 tce"}  # by unit, one that does not fit
_UNITLESS = "5 tce"


@dataclass(frozen=True)
class Mistake:
    """One command line that is refused.

    Attributes:
        words: of the command line. named: what its line begins with. part: what the line says besides, the place first.
        files: what lies in the folder it is called from, by name.
    """

    words: tuple[str, ...]
    named: str
    part: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict, hash=False, repr=False)


def misspelt(name):
    """Return a name as somebody types it in haste: without its second last sign."""
    return f"{name[:-2]}{name[-1:]}"


def _block(path, value):
    """Return the line of YAML that says a value at a path."""
    for key in reversed(path.split(".", 1) if path.startswith("parameters.") else path.split(".")):
        value = f"{{{key}: {value}}}"
    return f"{value[1:-1]}\n"


def _file(text, part, *, name="mine.yaml", head=HEAD):
    data = text if isinstance(text, bytes) else (head + text).encode()
    return Mistake(("check", name), name, (part,) if isinstance(part, str) else part, {name: data})


def _option(option, text, *part, command=("show", "baseline-2022")):
    return Mistake((*command, option, text), option, part)


def wrong_values(lever):
    """Yield each value that a lever refuses, as text, with what must be told beside its name."""
    if lever.unit in ("quarter", "list"):
        yield from {"2025Q5": (), "soon": (), "[2025]": ()}.items() if lever.unit == "quarter" else {"5": ()}.items()
        return
    if lever.unit == "choice":
        yield misspelt(lever.reach.split(", ")[0]), (f"did you mean '{lever.reach.split(', ')[0]}'",)
        yield "5", ()
        return
    if lever.unit == "yes or no":
        yield from {"maybe": ("true or false",), "yes": ("write true",), "off": ("write false",)}.items()
        return
    yield from {"much": (), "[1, 2]": (), "true": (), _OTHER_UNIT.get(lever.unit, _UNITLESS): ()}.items()
    if lever.unit == "million yuan":
        yield "7", ("7 million yuan", "7 亿元")
    unit = {"million yuan": " million yuan", "tce": " tce"}.get(lever.unit, "")
    yield f"-3{unit}", ()
    if ".." in lever.reach or "<=" in lever.reach:
        most = lever.reach.rpartition(" ")[2]
        yield f"{10.0 * float(most):.0f}{unit}", ("10 trillion yuan",) if float(most) == MOST_MONEY else (most,)


def of_levers():
    """Yield what is wrongly written for each lever, in a file, a variant and an option by turns."""
    for lever in levers().values():
        wrong = f"{lever.group}.{misspelt(lever.name)}"
        hint = f"did you mean '{lever.name}'" if len(lever.name) > 4 else ""  # from is too short to be known again
        yield _file(_block(wrong, 0), (misspelt(lever.name), hint))
        for number, (value, told) in enumerate(wrong_values(lever)):
            if number % 3 == 0:
                yield _file(_block(lever.path, value), (lever.name, *told))
            elif number % 3 == 1:
                yield _option("--set", f"{lever.path}={value}", lever.name, *told, command=("show", "no-policy"))
            else:
                variant = "variants: {v: {" + _block(lever.path, value).strip() + "}}\n"
                yield _file(variant, ("variants.v", lever.name, *told))
        yield _file(_block(lever.path, ""), (lever.name, "is empty"))
        if "." in lever.group and lever.unit not in ("quarter", "list"):
            yield _file(_block(lever.path, "{soon: 0}"), (lever.name, "'soon'", "2024Q1"))


def of_keys():
    """Yield misspelt, empty, null and doubled keys of every level."""
    for key in ("policies", "outlook", "horizon", "population", "envelope", "parameters", "targets", "variants"):
        yield _file(f"{misspelt(key)}: {{}}\n", (misspelt(key), f"did you mean '{key}'"))
        yield _file(f"{key}: 5\n", (key,))
        yield _file(f"{key}: some text\n", (key,))
        yield _file(f"{key}: true\n", (key,))
    for key in ("name", "title", "question", "sources"):
        head = "".join(line for line in HEAD.splitlines(keepends=True) if not line.startswith(key))
        yield _file("", (key, "is missing"), head=head)
        for value in ("5", "{}" if key in ("name", "sources") else "[5]", "''"):
            yield _file(f"{key}: {value}\n", (key,), head=head)
    for instrument in sorted({lever.group for lever in levers().values() if lever.path.startswith("policies.")}):
        name = instrument.partition(".")[2]
        yield _file(f"policies: {{{misspelt(name)}: {{}}}}\n", (misspelt(name), f"did you mean '{name}'"))
        yield _file(f"policies: {{{name}: null}}\n", (name, "null takes nothing out"))
        for value in ("5", "true", "[]", "on", "100 亿元"):
            yield _file(f"policies: {{{name}: {value}}}\n", (name,))
    yield _file("horizon: {until: 2022Q4}\nhorizon: {until: 2023Q4}\n", ("horizon", "stands twice"))
    yield _file("extends: baseline-202\n", ("extends", "did you mean 'baseline-2022'"))
    yield _file("extends: other.yaml\n", ("extends", "other.yaml"))
    yield _file("city: nowhere\n", ("city",))
    yield _file("firms: nothing.xlsx\n", ("firms",))
    yield _file("firms: 5\n", ("firms",))


def of_numbers():
    """Yield what is wrongly written of the model's numbers."""
    for name in ("hurdle_rate", "cash_sensitivity", "electronics.output_2021"):
        yield _file(_block(f"parameters.{misspelt(name)}", 1), (misspelt(name), f"did you mean '{name}'"))
        for value in ("much", "[1]", "true", "1e30", "{2022Q1: 1}", "5 tce"):
            yield _file(_block(f"parameters.{name}", value), (name,))
        yield _option("--set", f"parameters.{name}=1e30", name)
        yield _option("--set", f"parameters.{misspelt(name)}=1", f"did you mean '{name}'")


def _target(**said):
    usual = {"name": "t", "title": "{en: a, zh: 甲}", "metric": "gdp", "at_least": "1 亿元", "by": "2025"} | said
    return "targets: [{" + ", ".join(f"{key}: {value}" for key, value in usual.items() if value is not None) + "}]\n"


def of_targets():
    """Yield what is wrongly written of targets, in a file and as an option."""
    for name, outcome in outcomes().items():
        if TARGET in outcome.uses and len(name) > 4:
            yield _file(_target(metric=misspelt(name), at_least=1), ("metric", misspelt(name), "did you mean"))
    for key, values in {
        "by": ("2031", "2021", "2025Q4", "soon", "2025.5", "[2025]", "true"),
        "since": ("2026", "2021", "2025Q1", "soon"),
        "at_least": ("10000", "much", "[1]", "true", "5 tce"),
        "probability": ("0", "1", "50", "likely"),
        "when": ("at", "untill", "5"),
        "name": ("a b", "''", "5"),
        "title": ("text", "{en: a}", "5"),
        "metric": ("5", "[gdp]"),
    }.items():
        for value in values:
            yield _file(_target(**{key: value}), (key,))
    yield _file(_target(at_most="5 亿元"), ("at_most",))
    yield _file(_target(at_least=None), ("at_least",))
    yield _file(_target(by=None), ("by", "is missing"))
    yield _file(_target(metric=None), ("metric", "is missing"))
    yield _file(_target(at_lest="5 亿元"), ("at_lest", "did you mean 'at_least'"))
    search = ("search", "baseline-2022", "--lever", f"{CAP}=0:0.1")
    for text, *part in (
        ("gpd>=1 亿元 by 2024", "did you mean 'gdp'"),
        ("gdp=1 亿元 by 2024", "gdp>=1 trillion yuan by 2024"),
        ("gdp>1 亿元 by 2024", "gdp>=1 trillion yuan by 2024"),
        ("gdp>=10000 by 2024", "10000 亿元"),
        ("gdp>=much by 2024", "much"),
        ("gdp>=1 tce by 2024", "million yuan"),
        ("gdp>=1 亿元 by 2024Q4", "write 2024"),
        ("gdp>=1 亿元 by 2040", "2040"),
        ("gdp>=1 亿元 by 2021", "2021"),
        ("gdp>=1 亿元 until 2024", "gdp>=1 trillion yuan by 2024"),
        ("gdp>=1 亿元", "gdp>=1 trillion yuan by 2024"),
        ("world_500_firms>=-1 by 2024", "at 0 or above"),
        ("world_500_firms>=1 亿元 by 2024", "world_500_firms"),
    ):
        yield _option("--target", text, *part, command=search)


def of_options():
    """Yield what is wrongly written on the command line."""
    vary, search = (
        ("sweep", "baseline-2022", "--dry-run"),
        ("search", "baseline-2022", "--target", "gdp>=1 亿元 by 2024"),
    )
    for text, *part in (
        (CAP, "PATH=LOW:HIGH:STEPS"),
        (f"{CAP}=", "PATH=LOW:HIGH:STEPS"),
        (f"{misspelt(CAP)}=0,0.1", "did you mean 'extra_tightening'"),
        (f"{CAP}=0:9:3", "0.5"),
        (f"{CAP}=0.2:0:3", "the lower first"),
        (f"{CAP}=0:0.2:0", "2 steps"),
        (f"{CAP}=0:0.2:1", "2 steps"),
        (f"{CAP}=0:0.2", ":5"),
        (f"{CAP}=a:b:3", "a"),
        (f"{CAP}=0,much", "much"),
        (f"{CAP}=0,0.1 tce", "tce"),
        (f"{CAP}=0;0.1", "';'", "PATH=VALUE,VALUE"),
        (f"{CAP}=0，0.1", "'，'", "PATH=VALUE,VALUE"),
        (f"{FUND}=1,2", "亿元"),
        (f"{FUND}=10,000", "without commas"),
        (f"{FUND}=0:200 tce:3", "tce"),
        (f"{RULE}=evn,leaders", "did you mean 'even'"),
        (f"{RULE}=0:1:3", "rule"),
        ("policies=1,2", "policies"),
        ("policies.policy_fund=1,2", "policy_fund"),
        ("policies.policy_fnd.rule=even", "did you mean 'policy_fund'"),
        ("horizon.until=2031,2032", "2030Q4"),
        ("city=a,b", "--city"),
        ("=1,2", "PATH"),
        ("parameters.hurdle_rat=0,0.1", "did you mean 'hurdle_rate'"),
        ("parameters.hurdle_rate=0,9", "0.18"),
    ):
        yield _option("--vary", text, *part, command=vary)
    for text, *part in (
        (CAP, "PATH=LOW:HIGH"),
        (f"{CAP}=0.1", "PATH=LOW:HIGH"),
        (f"{CAP}=1:0", "the lower first"),
        (f"{CAP}=0:9", "0.5"),
        (f"{misspelt(CAP)}=0:0.1", "did you mean"),
        (f"{FUND}=0:9", "亿元"),
        (f"{RULE}=even:leaders", "two numbers"),
    ):
        yield _option("--lever", text, *part, command=search)
    for text, *part in (
        (CAP, "PATH=VALUE"),
        ("=0.1", "PATH=VALUE"),
        (f"{CAP}=", "is empty"),
        (f"{CAP}=null", "extra_tightening", "null takes nothing out"),
        ("name=null", "name", "is missing"),
        (f"{CAP}.2025Q5=0.1", "2025Q5"),
        (f"{CAP}={{}}", "extra_tightening"),
        (f"{CAP}=[", "extra_tightening"),
        (f"{CAP}=*a", "extra_tightening"),
        (f"{CAP}=1e400", "extra_tightening"),
        (f"{CAP}=.nan", "extra_tightening"),
        (f"{CAP}=0,1", "extra_tightening"),
        ("policies.energy_budget.nothing.deeper=1", "nothing"),
        ("horizon.until=2021", "2022Q1"),
        ("horizon.until=2025.5", "until", "2025"),
        ("population.above_scale=1.5", "above_scale"),
        ("population.above_scale=many", "above_scale"),
    ):
        yield _option("--set", text, *part)
    for text in ("2021", "2031", "2025Q5", "2025.5", "2025-12", "soon", "Q4", "25", "2025q4"):
        yield Mistake(("run", "baseline-2022", "--until", text), "--until", ("horizon", "until"))
    yield Mistake(("run", "baseline-2022", "--from", "2023"), "--from", ("from", "2022Q1"))
    for words, *part in (
        (("show", "baseline-2022", "--variant", "no-fnd"), "did you mean 'no-fund'"),
        (("compare", "baseline-2022", "no-fnd"), "did you mean 'no-fund'"),
        (("compare", "baseline-2022", "no-polcy"), "did you mean 'no-policy'"),
        (("compare", "baseline-2022", "no-fund+no-cp"), "did you mean 'no-cap'"),
        (("compare", "baseline-2022", "no-fund", "--objective", "gpd"), "did you mean 'gdp'"),
        (("compare", "baseline-2022", "no-fund", "--by", "2040"), "2040"),
        (("show", "baseline-202"), "did you mean 'baseline-2022'"),
        (("run", "baseline 2022"), "did you mean 'baseline-2022'"),
        (("show", "baseline-2022", "--city", "changzou"), "changzou"),
        (("attribute", "baseline-2022", "--shapley", "exakt"), "exakt"),
        (("sweep", "baseline-2022", "--vary", f"{CAP}=0,1", "--design", "gird"), "did you mean 'grid'"),
        (("levers", "scale_pu"), "did you mean 'scale_up'"),
        (("numbers", "hurdel"), "hurdle"),
        (("clusters", "electrnics"), "did you mean 'electronics'"),
        (("clusters", "steal"), "did you mean 'quality_steel'"),
        (("outcomes", "gpd"), "did you mean 'gdp'"),
        (("runn", "baseline-2022"), "did you mean 'run'"),
        (("run", "baseline-2022", "--see", "1"), "--seed"),
        (("run", "baseline-2022", "--seed", "-1"), "whole number"),
        (("run", "baseline-2022", "--seed", "1.5"), "whole number"),
        (("run", "baseline-2022", "-n", "0"), "at least 1"),
        (("run", "baseline-2022", "--jobs", "many"), "whole number"),
        (("run", "baseline-2022", "--shard", "3/2"), "like 2/4"),
        (("run",), "SCENARIO is missing"),
        (("compare", "baseline-2022"), "VARIANTS is missing"),
    ):
        yield Mistake(words, "", tuple(part))


def of_files():
    """Yield files that are none, of another kind, or broken."""
    folder = ("check", ".")
    yield Mistake(folder, ".", (".yaml",))
    yield Mistake(("check", "absent.yaml"), "absent.yaml", ("No such file", "write the path of"))
    yield Mistake(("run", "folder.yaml"), "folder.yaml", ("write the path of",), {"folder.yaml/x": b""})
    for name, data, *part in (
        ("binary.yaml", bytes(range(256)), "UTF-8"),
        ("table.csv", b"a,b\n1,2\n", ".yaml"),
        ("table.yaml", f"{CAP},{RATE}\n0,0.1\n".encode(), "name:"),
        ("book.xlsx", b"PK\x03\x04", ".yaml"),
        ("empty.yaml", b"", "name:"),
        ("comment.yaml", b"# name: x\n", "name:"),
        ("list.yaml", b"- name: x\n", "name:"),
        ("text.yaml", b"baseline-2022\n", "name:"),
        ("tabs.yaml", b"policies:\n\tscale_up:\n\t\trate: 0.1\n", "2:1", "blanks"),
        ("mixed.yaml", f"{HEAD}policies:\n  scale_up: {{rate: 0.1}}\n energy_budget: {{}}\n".encode(), "7:2"),
        ("colon.yaml", f"{HEAD}horizon {{until: 2025}}\n".encode(), "5:1", "did you mean 'horizon'"),
        ("quote.yaml", f"{HEAD}city: 'changzhou\n".encode(), "quotes"),
        ("brace.yaml", f"{HEAD}horizon: {{until: 2025\n".encode(), "6:1", "close"),
        ("chinese.yaml", f"{HEAD}horizon： {{until： 2025}}\n".encode(), "half-width"),
        ("gbk.yaml", HEAD.encode("gbk"), "UTF-8"),
        ("utf16.yaml", HEAD.encode("utf-16"), "UTF-8"),
        ("comma.json", b'{"name": "x",}', "comma"),
        ("single.json", b"{'name': 'x'}", "quotes"),
        ("comment.json", b'{"name": "x" // mine\n}', "1:14", "comma"),
        ("half.json", b'{"name": "x"', "1:13", "close"),
        ("empty.json", b"", "1:1"),
        ("list.json", b"[]", "name:"),
        ("broken.toml", b"name = x\n", "quotes"),
        ("yaml.toml", HEAD.encode(), "name = "),
        ("twice.toml", b'name = "x"\nname = "y"\n', "twice"),
    ):
        yield _file(data, tuple(part), name=name)


def book(rows, **more):
    """Return the bytes of a workbook with a sheet of rows, and further sheets by name."""
    import openpyxl

    made = openpyxl.Workbook()
    made.active.title = "points"
    for row in rows:
        made.active.append(row)
    for name, others in more.items():
        sheet = made.create_sheet(name)
        for row in others:
            sheet.append(row)
    data = io.BytesIO()
    made.save(data)
    return data.getvalue()


DESIGNS = {  # rows of a table with one mistake: where it is in a .csv file and in a workbook, and what to write
    "misspelt column": ([[misspelt(CAP)], [0.1]], "row 1", "column 1", "did you mean 'extra_tightening'"),
    "misspelt instrument": ([["policies.scale_pu.rate"], [0.1]], "row 1", "column 1", "did you mean 'scale_up'"),
    "no path": ([["cap"], [0.1]], "row 1", "column 1", "cap"),
    "twice": ([[CAP, CAP], [0.1, 0.2]], "row 1", "column 2", "stands twice"),
    "twice, with units": ([[CAP, f"{CAP} (%)"], [0.1, 2]], "row 1", "column 2", "stands twice"),
    "header empty": ([[CAP, " "], [0.1, 0.2]], "row 1", "column 2", "has no header"),
    "cell empty": ([[CAP, RATE], [0.1, None], [0.1, 0.2]], "row 2", "column 2", "is empty"),
    "row short": ([[CAP, RATE], [0.1, 0.3], [0.1]], "row 3", "column 2", "is empty"),
    "row long": ([[CAP], [0.1, 0.2]], "row 1", "column 2", "has no header"),
    "row empty": ([[CAP], [0.1], [None], [0.2]], "row 3", "is empty"),
    "out of range": ([[CAP], [0.1], [9]], "row 3", "column 1", "0.5"),
    "text": ([[CAP], ["much"]], "row 2", "column 1", "like"),
    "unit of another kind": ([[CAP], ["5 tce"]], "row 2", "column 1", "%"),
    "unit of another kind in header": ([[f"{FUND} (吨)"], [5]], "row 1", "column 1", "million yuan"),
    "units mixed": ([[FUND], [50], ["1 亿元"]], "row 2", "column 1", "unit"),
    "thousands": ([[f"{FUND} (亿元)"], ["1,00"]], "row 2", "column 1", "10,000"),
    "choice": ([[RULE], ["leader"]], "row 2", "column 1", "did you mean 'leaders'"),
    "yes": ([["outlook.calm"], ["perhaps"]], "row 2", "column 1", "true or false"),
    "number of the model": ([["parameters.hurdle_rat"], [0.1]], "row 1", "column 1", "did you mean 'hurdle_rate'"),
    "number out of reach": ([["parameters.hurdle_rate"], [5]], "row 2", "column 1", "0.18"),
    "city": ([["city"], ["changzhou"]], "row 1", "column 1", "--city"),
    "quarter": ([["horizon.until"], ["2025Q5"]], "row 2", "column 1", "like 2024Q1"),
    "no rows": ([[CAP]], "a row for each point"),
    "nothing": ([], "is empty", "a row for each point"),
}


def of_designs():
    """Yield designs with a mistake, as CSV and as a workbook."""
    for rows, *part in DESIGNS.values():
        text = "".join(",".join(_quoted(cell) for cell in row) + "\n" for row in rows)
        excel = [told.replace("column 1", "column A").replace("column 2", "column B") for told in part]
        sheet = ["sheet points"] * part[0].startswith("row")
        yield _design("d.csv", text.encode(), *part)
        yield _design("d.xlsx", book(rows), *sheet, *excel)
    yield _design("d.csv", b"a\xff\xff", "CSV UTF-8")
    yield _design("d.xlsx", b"a,b\n1,2\n", ".xlsx")
    yield _design("d.xls", b"", ".csv")
    yield _design("folder.csv/x", b"", "existing file")
    yield _design("", b"", "existing file")
    yield _design("d.xlsx", book([[CAP], [0.1]], more=[[RATE], [0.2]]), "one sheet")


def _quoted(cell):
    return "" if cell is None else f'"{cell}"' if "," in str(cell) else str(cell)


def _design(name, data, *part):
    design = name.partition("/")[0] or "missing.csv"
    words = ("sweep", "baseline-2022", "--dry-run", "--design", design)
    return Mistake(words, f"--design {design}", part, {name: data} if name else {})


def all_mistakes():
    """Return every mistake."""
    makers = (of_levers, of_keys, of_numbers, of_targets, of_options, of_files, of_designs)
    return [mistake for make in makers for mistake in make()]
