#!/usr/bin/env python3
"""Turns the field tables of the public interface specification into packs/national/interface/*.md.

    python3 crates/interface/specification.py transactions.json codes.json packs/national/interface

`transactions.json` holds, by transaction number, the tables as they were taken out of the published document:
{title, input: [{node, label, fields: [{name, label, type, length, coded, required, note}]}], output: [..]};
`codes.json` holds the code lists by field name. Both are facts of the document named in SOURCE. Only the served
transactions are written. Every fault of the extraction that was seen is mended here, in MENDED and the functions
beside it, each with its reason, so that a newer edition can be converted again and compared.
"""

import json
import sys
from pathlib import Path

SOURCE = (
    "Source: Hunan provincial medical-security information platform, interface specification for designated medical "
    "institutions and pharmacies, V1.1.27 (2024-10-14), after the national standard XJ-K01-2020."
)

GROUPS = [
    ("11-basics", "People and providers", ["1101", "1201"]),
    ("13-catalogues", "Catalogues and dictionaries", [str(n) for n in range(1301, 1321)] + ["1901"]),
    ("20-entitlement", "Entitlement", ["2001"]),
    ("21-pharmacy", "Pharmacy", ["2101", "2102", "2103"]),
    ("22-outpatient", "Outpatient", [str(n) for n in range(2201, 2209)]),
    ("23-inpatient", "Inpatient fees and settlement", [str(n) for n in range(2301, 2306)]),
    ("24-stays", "Admission and discharge", [str(n) for n in range(2401, 2406)]),
    ("25-filings", "Filings", [str(n) for n in range(2501, 2508)]),
    ("26-reversal", "Reversal", ["2601"]),
    ("31-review", "Review before and during treatment", ["3101", "3102", "3103"]),
    ("32-reconciliation", "Reconciliation", ["3201", "3202"]),
    ("33-mappings", "Mapping of the provider's own catalogue", ["3301", "3302"]),
    ("34-departments", "Departments", ["3401", "3402", "3403"]),
    ("41-settlement-lists", "Settlement lists", [str(n) for n in range(4101, 4106)]),
    ("51-registers", "The provider's registers", ["5101", "5102"]),
    ("52-queries", "Visits, settlements, lines, accumulators", [str(n) for n in range(5201, 5207)]),
    ("53-queries", "Filings and stays", [str(n) for n in range(5301, 5305)]),
    ("90-sessions", "Signing in, files", ["9001", "9002", "9101", "9102"]),
]

# What the extraction got wrong, or what the standard does otherwise: (transaction, node, field) -> changes. `None` for
# "in every transaction". The reasons stand beside them.
MENDED = {
    # Three characters cannot hold the codes of the list (1401, 136019); 1101 answers them with six.
    (None, None, "psn_type"): {"length": "6"},
    # What 1101 answers with fifty characters must be sendable again.
    (None, None, "psn_name"): {"length": "50"},
    (None, None, "certno"): {"length": "50"},
    # The standard's name, and that of every other settlement answer; the table has a slip of the pen.
    ("2208", "setlinfo", "pdn_cash_pay"): {"name": "psn_cash_pay"},
    # A full-width comma and the wrong type beside the same field's table elsewhere.
    ("2305", "setlinfo", "hifdm_pay"): {"type": "数值型", "length": "16,2"},
    # The identification number of a mixed column.
    ("4104", None, "psn_no"): {"coded": False},
    # Numbers of an unlimited length are counts.
    (None, None, "data_cnt"): {"length": "10"},
    (None, None, "needUploadCnt"): {"length": "10"},
    (None, None, "uploadedCnt"): {"length": "10"},
    ("2208", "setlinfo", "age"): {"length": "4,1"},
    # The signing times carry a time of day, as their remarks say.
    ("9001", None, "sign_time"): {"type": "日期时间型"},
    ("9002", None, "sign_time"): {"type": "日期时间型"},
    # A code without a length.
    ("3103", "warns", "dspo_way"): {"length": "3"},
    # A list of visit codes without a type.
    ("4105", None, "medtype_list"): {"type": "texts", "length": "6"},
    # A reversed transaction may be one of those with a letter.
    ("2601", None, "oinfno"): {"length": "6"},
}

# Columns that hold rows of another table of the same transaction: field -> (table, many).
INNER = {
    "patient_dtos": ("patient_dtos", True),
    "fsi_encounter_dtos": ("fsi_encounter_dtos", True),
    "fsi_diagnose_dtos": ("fsi_diagnose_dtos", True),
    "fsi_order_dtos": ("fsi_order_dtos", True),
    "fsi_operation_dtos": ("fsi_operation_dtos", True),
    "judge_result_detail_dtos": ("judge_result_detail_dtos", True),
    "durg_trac_info": ("durg_trac_info", True),
    "extend_order_map": ("extend_order_map", False),
    "detailinfo": ("detailinfo", True),
    "warns": ("warns", True),
}

# Tables with several rows. The remarks under each transaction say so in prose; this is their sense.
MANY = {
    ("1101", "output"): {"insuinfo", "idetinfo"},
    ("1304", "output"): {"data"}, ("1312", "output"): {"data"}, ("1316", "output"): {"data"},
    ("1317", "output"): {"data"}, ("1318", "output"): {"data"}, ("1319", "output"): {"data"},
    ("1901", "output"): {"list"}, ("2001", "output"): {"trtinfo"},
    ("2101", "input"): {"drugdetail"}, ("2101", "output"): {"setldetail", "detlcutinfo"},
    ("2102", "input"): {"drugdetail"}, ("2102", "output"): {"setldetail", "detlcutinfo"},
    ("2103", "output"): {"setldetail"}, ("2203", "input"): {"diseinfo"},
    ("2204", "input"): {"feedetail"}, ("2204", "output"): {"result"},
    ("2206", "output"): {"setldetail"}, ("2207", "output"): {"setldetail"}, ("2208", "output"): {"setldetail"},
    ("2301", "input"): {"feedetail"}, ("2301", "output"): {"result"}, ("2302", "input"): {"data"},
    ("2303", "output"): {"setldetail"}, ("2304", "output"): {"setldetail"}, ("2305", "output"): {"setldetail"},
    ("2401", "input"): {"diseinfo"}, ("2402", "input"): {"diseinfo"}, ("2403", "input"): {"diseinfo"},
    ("3101", "output"): {"result"}, ("3102", "output"): {"result"}, ("3301", "input"): {"data"},
    ("4101", "input"): {"opspdiseinfo", "diseinfo", "oprninfo", "icuinfo", "payinfo", "bldinfo"},
    ("4102", "input"): {"stastinfo"},
    ("4103", "output"): {"payinfo", "opspdiseinfo", "diseinfo", "iteminfo", "oprninfo", "icuinfo", "drgAppyinfo",
                         "bldinfo"},
    ("4104", "output"): {"data"}, ("5101", "output"): {"feedetail"}, ("5102", "output"): {"feedetail"},
    ("5201", "output"): {"mdtrtinfo"}, ("5202", "output"): {"diseinfo"}, ("5203", "output"): {"setldetail"},
    ("5204", "output"): {"*"}, ("5205", "output"): {"feedetail"}, ("5206", "output"): {"cuminfo"},
    ("5301", "output"): {"feedetail"}, ("5302", "output"): {"psnfixmedin"}, ("5303", "output"): {"data"},
    ("5304", "output"): {"refmedin"},
}

# Tables that may be left out though they have required columns: a stay without an operation has none to tell.
MAY = {
    ("4101", "input"): {"opspdiseinfo", "diseinfo", "oprninfo", "icuinfo", "payinfo", "bldinfo"},
    ("2402", "input"): {"diseinfo"}, ("2403", "input"): {"diseinfo"},
}

# Tables whose name is missing or wrong in the extraction: (transaction, direction, place) -> name. `-` means that the
# columns stand in `input` or `output` itself, `*` that `output` is the list, `(..)` a table inside another.
NODES = {
    ("1101", "output", 1): "insuinfo",
    ("3302", "input", 0): "data",
    ("4101", "input", 0): "setlinfo",
    ("4102", "input", 0): "stastinfo",
    ("5204", "output", 0): "*",
    ("5303", "output", 0): "data",
    ("5304", "output", 0): "refmedin",
    ("3101", "input", 5): "extend_order_map",
    ("3102", "input", 5): "extend_order_map",
}

# Lists that the answers are paged into stand in `data`, whatever the table says: so do clients read them.
PAGED = {"1304", "1312", "1316", "1317", "1318", "1319", "4104"}

# Code lists named otherwise than their column.
LISTS = {"Vali_Flag": "vali_flag", "valiFlag": "vali_flag", "listType": "list_type", "medChrgitmType": "med_chrgitm_type",
         "main_oprn_flag": "maindiag_flag", "agnter_cert_type": "psn_cert_type"}

# Codes of the national standard that the province's lists leave out, so that no client of another province is refused.
NATIONAL = {
    "opter_type": {"2": "自助终端", "3": "移动终端"},
    "med_type": {"12": "门诊挂号", "19": "意外伤害门诊", "21": "普通住院", "23": "转外诊治住院", "24": "急诊转住院",
                 "25": "异地住院（本地）", "53": "计划生育手术", "91": "其他门诊", "92": "其他住院", "93": "其他购药",
                 "99": "其他"},
    "psn_type": {"1101": "在职职工", "1102": "公务员", "1103": "灵活就业人员", "1201": "退休职工", "1202": "退休公务员",
                 "1203": "退休灵活就业人员", "1300": "离休人员", "14": "居民（未成年）", "1501": "成年居民",
                 "1601": "老年居民"},
    "dcla_souc": {"03": "网上"},
}


def kind(field):
    """`text 30`, `number 16,2`, `date`, `time`, `flag`, `bytes`, `texts`, `rows x`, `row x`."""
    name, given, length = field["name"], field["type"], field["length"].replace("，", ",")
    if name in INNER and (given in ("", "集合", "列表") or given.endswith("集合") or given.startswith("Map")):
        table, many = INNER[name]
        return f"{'rows' if many else 'row'} {table}"
    if given == "规则标识集合" or given == "texts":
        return f"texts {length or 50}"
    if given == "日期型":
        return "date" if "HH:mm" not in field["note"] else "time"
    if given == "日期时间型":
        return "time"
    if given == "布尔型":
        return "flag"
    if given == "字节数组":
        return "bytes"
    if given in ("数值型", "整型", "BigDecimal"):
        length = {"": "10", "16": "16,6" if given == "BigDecimal" else "16"}.get(length, length)
        if given == "BigDecimal" and length == "5":
            length = "5,4"
        return f"number {length.removesuffix(',0')}"
    if given in ("字符型", "数字型", ""):
        # A serial number called numeric is digits in thirty characters: a text, since clients send both.
        digits = length.replace(",", "")
        return f"text {digits or 50}"
    raise SystemExit(f"unknown type {given!r} of {name}")


def mended(number, node, field):
    field = dict(field)
    for (at, table, name), changes in MENDED.items():
        if name == field["name"] and at in (None, number) and table in (None, node):
            field.update(changes)
    return field


def tables(number, direction, nodes):
    for place, node in enumerate(nodes):
        name = NODES.get((number, direction, place), node["node"])
        if name == "无节点" or (name == "data" and number in PAGED and direction == "output"):
            name = "data" if number in PAGED else "-"
        if not node["fields"]:
            continue
        yield name, node


def table(number, direction, name, node, inner, used, codes, out):
    many = name in MANY.get((number, direction), set()) or (name in inner and INNER[name][1])
    must = any(field["required"] for field in node["fields"]) and name not in MAY.get((number, direction), set())
    word = "inside" if name in inner else direction.removesuffix("put")
    out.append(f"\n### {word} {name} {'many' if many else 'one'} {'must' if must else 'may'}\n")
    out.append("| field | kind | need | codes | name |\n|---|---|---|---|---|")
    seen = set()
    for field in node["fields"]:
        field = mended(number, name, field)
        if field["name"] in seen:
            continue  # a column printed twice
        seen.add(field["name"])
        listed = LISTS.get(field["name"], field["name"])
        coded = ""
        if field["coded"]:
            coded = listed if listed in codes else "?"
            used.add(listed)
        need = "must" if field["required"] else ""
        out.append(f"| {field['name']} | {kind(field)} | {need} | {coded} | {' '.join(field['label'].split())} |")


def main():
    transactions, codes = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:3])
    folder = Path(sys.argv[3])
    # The heading of 3301 got lost, and its table with it under 3204.
    transactions["3301"] = {"title": "目录对照上传", "input": [transactions["3204"]["input"][1]], "output": []}
    # The head of the message stands in the table of 5101, which has no input of its own.
    transactions["5101"]["input"] = []
    # The answer of 5203 stands among its input.
    tables_5203 = transactions["5203"]["input"]
    transactions["5203"]["input"], transactions["5203"]["output"] = tables_5203[:1], tables_5203[2:]
    # The columns of the two files of 3202 are no nodes of the message.
    transactions["3202"]["output"] = transactions["3202"]["output"][:1]
    used = {"opter_type"}
    for name, title, numbers in GROUPS:
        out = [f"# {title}\n\n{SOURCE}"]
        for number in numbers:
            transaction = transactions[number]
            out.append(f"\n## {number} {transaction['title']}")
            for direction in ("input", "output"):
                nodes = list(tables(number, direction, transaction[direction]))
                inner = {
                    INNER[field["name"]][0]
                    for _, node in nodes for field in node["fields"]
                    if field["name"] in INNER and kind(mended(number, "", field)).startswith("row")
                }
                for node_name, node in nodes:
                    table(number, direction, node_name, node, inner, used, codes, out)
        (folder / f"{name}.md").write_text("\n".join(out) + "\n", encoding="utf-8")
    out = [f"# Code lists\n\n{SOURCE}\n\nCodes marked `national` stand in the national standard and not in the province's list."]
    for listed in sorted(used & codes.keys()):
        entry = codes[listed]
        out.append(f"\n## {listed} {entry['label']}\n\n| code | name | from |\n|---|---|---|")
        rows = {code: (label, "") for code, label in entry["values"].items()}
        for code, label in NATIONAL.get(listed, {}).items():
            rows.setdefault(code, (label, "national"))
        for code, (label, origin) in sorted(rows.items()):
            out.append(f"| {code} | {' '.join(label.split())} | {origin} |")
    (folder / "codes.md").write_text("\n".join(out) + "\n", encoding="utf-8")


main()
