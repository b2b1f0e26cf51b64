"""A visit and a stay in one region of somebody insured in another, played over HTTP by the client of the book and kept:
without a filing and with one that the place of insurance took meanwhile. Both offices are processes. In the end the books
of both hold the same bills, and a day later the lists that they send each other agree on every one of them."""

import datetime
import sys
import tempfile

from offices import CLIENT, PATIENCE, REGIONS, Offices, events

sys.path.insert(0, str(CLIENT.parent))
from client import Client, fen, line, sums  # noqa: E402

HERE, THERE = "hangzhou", "haiqu"
# What Haiqu pays, by hand: half of what is in scope without a filing, seven tenths with one. In scope are of the visit
# 10.00 and 64.80 less its first share of 5 %, 71.56; of the stay 1,680.00 and a bed of 60.00 up to 45.00 a day, 1,725.00.
PAID = {"visit": (35_78, 50_09), "stay": (862_50, 1_207_50)}


class Hospital(Client):
    """The hospital in Hangzhou with one patient from Haiqu."""

    def __init__(self, base, key_file, patient, day):
        super().__init__(base, key_file, REGIONS[THERE])
        self.day = day
        signed, _ = self.ask("9001", {"signIn": {"opter_no": "0001", "mac": "-", "ip": "127.0.0.1"}})
        self.sign_no = signed["signinoutb"]["sign_no"]
        certno, name = patient
        self.who = {"mdtrt_cert_type": "02", "mdtrt_cert_no": certno, "psn_cert_type": "01", "certno": certno,
                    "psn_name": name}
        known, _ = self.ask("1101", {"data": self.who})
        insured = known["insuinfo"][0]
        self.person = known["baseinfo"]["psn_no"]
        self.who |= {"psn_no": self.person, "insutype": insured["insutype"], "psn_type": insured["psn_type"]}

    def visit(self):
        """An outpatient visit; its settlement, as message and answer."""
        visit = self.ask("2201", {"data": self.who | {
            "begntime": f"{self.day} 00:01:00", "ipt_otp_no": "M1", "dept_code": "D1", "dept_name": "内科",
            "caty": "A03"}})[0]["data"]["mdtrt_id"]
        lines = [line(visit, self.person, "1", "DEMO-S-0001", 1000, 1, self.day, "00:02:00"),
                 line(visit, self.person, "2", "DEMO-X-0005", 3240, 2, self.day, "00:02:00")]
        split = self.ask("2204", {"feedetail": lines})[0]["result"]
        settle = {"data": self.who | sums(split) | {
            "med_type": "11", "medfee_sumamt": "74.80", "psn_setlway": "01", "mdtrt_id": visit, "chrg_bchno": "B1",
            "acct_used_flag": "0"}}
        return self.settled("2207", settle)

    def stay(self):
        """A stay; the same."""
        diagnosis = {"psn_no": self.person, "diag_type": "1", "maindiag_flag": "1", "diag_srt_no": 1,
                     "diag_code": "J18.900", "diag_name": "肺炎", "diag_dept": "D1", "dise_dor_no": "R1",
                     "dise_dor_name": "陈医生", "diag_time": f"{self.day} 00:10:00"}
        visit = self.ask("2401", {"mdtrtinfo": self.who | {
            "begntime": f"{self.day} 00:01:00", "cert_type": "01", "med_type": "21", "ipt_no": "Z1", "atddr_no": "R1",
            "chfpdr_name": "陈医生", "adm_diag_dscr": "肺炎", "adm_dept_codg": "D1", "adm_dept_name": "内科",
            "adm_bed": "12", "dscg_maindiag_code": "J18.900", "dscg_maindiag_name": "肺炎",
            "insuplc_admdvs": self.insured_in, "mdtrtarea_admvs": "330106"},
            "diseinfo": [diagnosis]})[0]["result"]["mdtrt_id"]
        lines = [line(visit, self.person, "1", "DEMO-S-0031", 168000, 1, self.day, "00:20:00"),
                 line(visit, self.person, "2", "DEMO-S-0021", 6000, 1, self.day, "00:20:00")]
        split = self.ask("2301", {"feedetail": lines})[0]["result"]
        self.ask("2402", {"dscginfo": {
            "mdtrt_id": visit, "psn_no": self.person, "insutype": self.who["insutype"],
            "endtime": f"{self.day} 00:30:00", "dscg_dept_codg": "D1", "dscg_dept_name": "内科", "dscg_way": "1"}})
        settle = {"data": self.who | sums(split) | {
            "medfee_sumamt": "1740.00", "psn_setlway": "01", "mdtrt_id": visit, "acct_used_flag": "0",
            "mid_setl_flag": "0", "insuplc_admdvs": self.insured_in, "mdtrtarea_admvs": "330106"}}
        return self.settled("2304", settle)

    def settled(self, infno, settle):
        """What the funds paid. The same message is sent three times and has one effect, which the books show."""
        first, msgid = self.ask(infno, settle)
        for _ in range(2):
            again, _ = self.ask(infno, settle, msgid)
            assert again == first, "the same message gets the same answer"
        return fen(first["setlinfo"]["fund_pay_sumamt"])


def refer(offices, key_file, day):
    """The hospital in Haiqu sends its patient to the one in Hangzhou."""
    client = Client(offices.base(THERE), key_file, REGIONS[THERE])
    signed, _ = client.ask("9001", {"signIn": {"opter_no": "0001", "mac": "-", "ip": "127.0.0.1"}})
    client.sign_no = signed["signinoutb"]["sign_no"]
    certno, name = offices.patient_of[THERE]
    who = {"mdtrt_cert_type": "02", "mdtrt_cert_no": certno, "psn_cert_type": "01", "certno": certno, "psn_name": name}
    person = client.ask("1101", {"data": who})[0]["baseinfo"]["psn_no"]
    client.ask("2501", {"refmedin": {
        "psn_no": person, "diag_code": "J18.900", "diag_name": "肺炎", "reflin_medins_no": "H33010600001",
        "reflin_medins_name": "杭州演示第一医院", "mdtrtarea_admdvs": "330106", "hosp_agre_refl_flag": "1",
        "refl_type": "3", "refl_date": day, "refl_rea": "本地无条件治疗", "refl_opnn": "同意"}})


def compared(folder):
    """On how many bills an office agrees with the other, which differ, and what the funds pay by them; of all days, since
    midnight may have come in between."""
    told = [event["what"] for event in events(folder) if event["kind"] == "region"]
    days = {one["day"]: one for one in told if one["event"] == "compared"}.values()
    paid = sum(fen(sum_) for one in days for side in ("here", "there") for sum_ in one[side].values())
    return sum(one["agreed"] for one in days), [gap for one in days for gap in one["breaks"]], paid


def play(offices, day):
    """Everything; what the hospital was told that funds pay, in the order of PAID."""
    hospital_key, there_key = offices.key(HERE, "H33010600001"), offices.key(THERE, "H99010600001")
    offices.begin()
    try:
        hospital = Hospital(offices.base(HERE), hospital_key, offices.patient_of[THERE], day)
        unfiled = hospital.visit(), hospital.stay()
        refer(offices, there_key, day)
        filed = hospital.visit(), hospital.stay()
        offices.wait_for_silence()
    finally:
        offices.stop()
    return tuple(zip(unfiled, filed))


def lists(offices):
    """Both offices a day later, until each has compared the lists of all bills."""
    later = ["--forward", "1"]
    for _ in range(PATIENCE):
        offices.begin(*later)
        later = []
        try:
            offices.wait_for_silence()
        finally:
            offices.stop()
        found = [compared(folder) for folder in offices.folders.values()]
        if all(agreed + len(breaks) >= 4 for agreed, breaks, _ in found):
            break
    return found


def main():
    day = str((datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).date()
              - datetime.timedelta(days=1))
    checks = []

    def check(what, found, expected):
        checks.append(found == expected)
        print("ok " if found == expected else "NOT", what, found, "" if found == expected else f"not {expected}")

    with tempfile.TemporaryDirectory() as root:
        offices = Offices(root)
        offices.patient_of = {THERE: offices.patient(THERE)}
        visit, stay = play(offices, day)
        check("visit without and with a filing", visit, PAID["visit"])
        check("stay without and with a filing", stay, PAID["stay"])
        told = offices.sum().splitlines()[-1]
        check("each bill once in both books", told.split(",")[:2], ["2 regions", " 4 bills"])
        check("books add up", told.endswith("every fund adds up to zero on every day"), True)
        settled = [event for event in events(offices.folders[THERE]) if event["kind"] == "settlement.made"]
        check("settlements at the place of insurance", len(settled), 4)
        for pack, found in zip(offices.folders, lists(offices)):
            check(f"the lists as {pack} compared them", found, (4, [], sum(map(sum, PAID.values()))))
    print(f"{sum(checks)} passed, {len(checks) - sum(checks)} failed")
    return 0 if all(checks) else 1


sys.exit(main())
