#!/usr/bin/env python3
"""A hospital's software in small: plays an outpatient visit and a stay over the national interface; with the key of a
pharmacy (its code begins with P) a purchase.

    python3 client.py http://127.0.0.1:8210 hospital.key CERTNO NAME DAY [REGION]

`hospital.key` has two lines, the key's name and its secret, as `banli key issue` prints them. The person is named by
identity number and name; DAY is the office's day or one before it; REGION is where the person is insured, where that is
another than 330100. Only the standard library is used.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import sys
import time
import urllib.request


class Client:
    def __init__(self, base, key_file, insured_in):
        self.base = base
        self.insured_in = insured_in
        self.key, self.secret = open(key_file, encoding="utf-8").read().split()
        self.code = self.key.rsplit("-", 1)[0]
        # Numbers of messages go on where the last play ended, so that no two messages of a second have one id.
        self.counter = pathlib.Path(f"{key_file}.last")
        self.sequence = int(self.counter.read_text(encoding="utf-8")) if self.counter.exists() else 0
        self.sign_no = ""

    def ask(self, infno, data, msgid=None):
        self.sequence = (self.sequence + 1) % 10_000
        self.counter.write_text(str(self.sequence), encoding="utf-8")
        now = time.strftime("%Y%m%d%H%M%S")
        message = {
            "infno": infno, "msgid": msgid or f"{self.code}{now}{self.sequence:04}", "mdtrtarea_admvs": "330106",
            "insuplc_admdvs": self.insured_in, "recer_sys_code": "YBXT", "infver": "V1.0", "opter_type": "1",
            "opter": "0001", "opter_name": "收费员", "inf_time": time.strftime("%Y-%m-%d %H:%M:%S"),
            "fixmedins_code": self.code, "sign_no": self.sign_no, "input": data,
        }
        headers = {
            "_api_access_key": self.key, "_api_name": infno, "_api_timestamp": str(int(time.time() * 1000)),
            "_api_version": "1.0.0",
        }
        signed = "&".join(f"{name}={headers[name]}" for name in sorted(headers))
        digest = hmac.new(self.secret.encode(), signed.encode(), hashlib.sha1).digest()
        headers["_api_signature"] = base64.b64encode(digest).decode()
        headers["Content-Type"] = "application/json"
        url = f"{self.base}/fsi/api/rsfComIfsService/callService/{infno}"
        request = urllib.request.Request(url, json.dumps(message).encode(), headers)
        with urllib.request.urlopen(request) as response:
            answer = json.load(response)
        if answer["infcode"] != 0:
            raise SystemExit(f"{infno}: {answer['err_msg']}")
        print(infno, "ok", message["msgid"])
        return answer["output"], message["msgid"]


def line(visit, person, sn, item, price, count, day, clock="09:00:00"):
    return {
        "feedetl_sn": sn, "mdtrt_id": visit, "psn_no": person, "chrg_bchno": "B1", "rx_circ_flag": "0",
        "med_type": "21", "fee_ocur_time": f"{day} {clock}", "med_list_codg": item, "medins_list_codg": "H1",
        "det_item_fee_sumamt": f"{price * count / 100:.2f}", "cnt": count, "pric": f"{price / 100:.2f}",
        "bilg_dept_codg": "D1", "bilg_dept_name": "内科", "bilg_dr_codg": "R1", "bilg_dr_name": "陈医生",
        "hosp_appr_flag": "0",
    }


def sums(lines):
    names = {"fulamt_ownpay_amt": "fulamt_ownpay_amt", "overlmt_amt": "overlmt_selfpay",
             "preselfpay_amt": "preselfpay_amt", "inscp_scp_amt": "inscp_scp_amt"}
    return {theirs: f"{sum(round(one[ours] * 100) for one in lines) / 100:.2f}" for ours, theirs in names.items()}


def fen(amount):
    return round(float(amount) * 100)


def same(one, other):
    """Two answers about one settlement agree, and what is charged is what funds and person pay."""
    for name in ("medfee_sumamt", "inscp_scp_amt", "fund_pay_sumamt", "acct_pay"):
        assert fen(one[name]) == fen(other[name]), name
    paid = fen(other["fund_pay_sumamt"]) + fen(other["acct_pay"]) + fen(other["psn_cash_pay"])
    assert paid == fen(other["medfee_sumamt"]), "nothing is left over"


def main():
    base, key_file, certno, name, day = sys.argv[1:6]
    client = Client(base, key_file, sys.argv[6] if len(sys.argv) > 6 else "330100")
    who = {"mdtrt_cert_type": "02", "mdtrt_cert_no": certno, "psn_cert_type": "01", "certno": certno, "psn_name": name}
    signed, _ = client.ask("9001", {"signIn": {"opter_no": "0001", "mac": "-", "ip": "127.0.0.1"}})
    client.sign_no = signed["signinoutb"]["sign_no"]
    known, _ = client.ask("1101", {"data": who})
    insured = known["insuinfo"][0]
    assert insured["insuplc_admdvs"] == client.insured_in, "the place of insurance is told"
    person = known["baseinfo"]["psn_no"]
    who |= {"psn_no": person, "insutype": insured["insutype"], "psn_type": insured["psn_type"]}

    if client.code.startswith("P"):
        print("-- purchase")
        drug = line("", person, "1", "DEMO-X-0001", 1280, 2, day, "00:01:00")
        buy = {"druginfo": who | {"begntime": f"{day} 00:01:00", "medfee_sumamt": "25.60", "acct_used_flag": "0",
                                  "med_type": "41"}, "drugdetail": [drug]}
        client.ask("2101", buy)
        info = client.ask("2102", buy)[0]["setlinfo"]
        print("   total", info["medfee_sumamt"], "funds", info["fund_pay_sumamt"], "cash", info["psn_cash_pay"])
        client.ask("2103", {"data": {"psn_no": person, "mdtrt_id": info["mdtrt_id"], "setl_id": info["setl_id"]}})
        print("played")
        return

    print("-- outpatient")
    visit = client.ask("2201", {"data": who | {
        "begntime": f"{day} 00:01:00", "ipt_otp_no": "M1", "dept_code": "D1", "dept_name": "内科", "caty": "A03"}}
    )[0]["data"]["mdtrt_id"]
    lines = [line(visit, person, "1", "DEMO-S-0001", 1000, 1, day, "00:02:00"),
             line(visit, person, "2", "DEMO-X-0005", 3240, 2, day, "00:02:00")]
    split = client.ask("2204", {"feedetail": lines})[0]["result"]
    settle = who | sums(split) | {
        "med_type": "11", "medfee_sumamt": "74.80", "psn_setlway": "01", "mdtrt_id": visit, "chrg_bchno": "B1",
        "acct_used_flag": "0"}
    before = client.ask("2206", {"data": settle})[0]["setlinfo"]
    settled, msgid = client.ask("2207", {"data": settle})
    again, _ = client.ask("2207", {"data": settle}, msgid)
    assert settled == again, "the same message gets the same answer"
    info = settled["setlinfo"]
    same(before, info)
    found = client.ask("5203", {"data": {"psn_no": person, "mdtrt_id": visit, "setl_id": info["setl_id"]}})[0]
    same(found["setlinfo"], info)
    print("   total", info["medfee_sumamt"], "funds", info["fund_pay_sumamt"], "cash", info["psn_cash_pay"])
    client.ask("2601", {"data": {"psn_no": person, "omsgid": msgid, "oinfno": "2207"}})

    print("-- stay")
    diagnosis = {"psn_no": person, "diag_type": "1", "maindiag_flag": "1", "diag_srt_no": 1, "diag_code": "J18.900",
                 "diag_name": "肺炎", "diag_dept": "D1", "dise_dor_no": "R1", "dise_dor_name": "陈医生",
                 "diag_time": f"{day} 00:10:00"}
    visit = client.ask("2401", {"mdtrtinfo": who | {
        "begntime": f"{day} 00:01:00", "cert_type": "01", "med_type": "21", "ipt_no": "Z1", "atddr_no": "R1",
        "chfpdr_name": "陈医生", "adm_diag_dscr": "肺炎", "adm_dept_codg": "D1", "adm_dept_name": "内科",
        "adm_bed": "12", "dscg_maindiag_code": "J18.900", "dscg_maindiag_name": "肺炎",
        "insuplc_admdvs": client.insured_in, "mdtrtarea_admvs": "330106"}, "diseinfo": [diagnosis]})[0]["result"]["mdtrt_id"]
    lines = [line(visit, person, "1", "DEMO-S-0031", 168000, 1, day, "00:20:00"),
             line(visit, person, "2", "DEMO-S-0021", 6000, 1, day, "00:20:00")]
    split = client.ask("2301", {"feedetail": lines})[0]["result"]
    client.ask("2402", {"dscginfo": {
        "mdtrt_id": visit, "psn_no": person, "insutype": who["insutype"], "endtime": f"{day} 00:30:00",
        "dscg_dept_codg": "D1", "dscg_dept_name": "内科", "dscg_way": "1"}})
    settle = who | sums(split) | {
        "medfee_sumamt": "1740.00", "psn_setlway": "01", "mdtrt_id": visit, "acct_used_flag": "0",
        "mid_setl_flag": "0", "insuplc_admdvs": client.insured_in, "mdtrtarea_admvs": "330106"}
    before = client.ask("2303", {"data": settle})[0]["setlinfo"]
    info = client.ask("2304", {"data": settle})[0]["setlinfo"]
    same(before, info)
    print("   total", info["medfee_sumamt"], "funds", info["fund_pay_sumamt"], "cash", info["psn_cash_pay"])
    back = client.ask("2305", {"data": {"psn_no": person, "mdtrt_id": visit, "setl_id": info["setl_id"]}})[0]
    assert fen(back["setlinfo"]["fund_pay_sumamt"]) == -fen(info["fund_pay_sumamt"]), "taken back to the fen"
    print("played")


if __name__ == "__main__":
    main()
