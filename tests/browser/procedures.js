// What the walks walk: for each procedure of the packs at least one path to its good end, and for the main ones what a
// refusal or a return makes of it.
//
//   by       who opens the case; they hand in what the forms ask
//   person   whom it is about, by their part in people.js; `about` instead names the path whose case it is about
//   again    the path whose case goes on here, after a decision against it opened it once more
//   before   what somebody else sends beforehand, not walked
//   answers  by field; what a path does not say, nobody guesses
//   missing  papers that are not brought: `photo`, or `receipts.stamped` for what a paper lacks
//   then     who goes on, in order: a login, or an object with `who`, `answers`, `missing`, `wish` (which button),
//            `refused` (codes, where it is not taken); a number is the day, counted from the opening, on which
//            the next steps are taken
//   ends     the outcome the case ends with
//
// The office opens on 2026-10-09.

const claim = (provider, kind, day, number) => ({
  "claim.provider": provider,
  "claim.med_type": kind,
  "claim.begndate": day,
  "claim.enddate": day,
  "receipt.0.number": number,
  "receipt.0.amount": "360.00",
  "receipt.0.issued": day,
  "line.0.name": "石膏外固定",
  "line.0.price": "260.00",
  "line.1.name": "摄片",
  "line.1.price": "100.00",
});
const bonesetters = "H33011000009";
const elsewhere = "H31010400011";
const settled = ["window-officer", "reviewer", "senior-reviewer"];
// Whoever collects at the window is the person, or for a child a parent.
const payee = (part) => (cast) => cast[part].payee ?? cast[part].name;
const paid = (part, method = "transfer") => ({ who: "cashier", answers: { payee: payee(part), method } });
const account = (part) => ({
  "payment.holder": (cast) => cast[part].name,
  "payment.account": "6222021202012345678",
  "payment.bank": "演示银行西湖支行",
});
const note = "已核对有关材料，情况属实。";
const noted = (who, answers = {}) => ({ who, answers: { note, ...answers } });

export const paths = [
  // Certificates
  {
    procedure: "category-grant",
    by: "window-officer",
    person: "soldier",
    answers: { capacity: "self", "grant.category": "disabled-soldier", "grant.grade": "grade-6" },
    then: [
      "window-officer",
      { who: "reviewer", answers: { "grant.from": "2026-10-09", "grant.proof": "残疾军人证（六级）" } },
    ],
    ends: "recognised",
  },
  {
    procedure: "certificate-new",
    by: "window-officer",
    person: "child",
    answers: { capacity: "guardian" },
    then: ["window-officer", "reviewer", "window-officer"],
    ends: "issued",
  },
  {
    procedure: "certificate-new",
    name: "sent home once for the photo",
    by: "window-officer",
    person: "sibling",
    answers: { capacity: "guardian" },
    missing: ["photo"],
    then: [
      { who: "window-officer", refused: ["material/missing"] },
      { who: "window-officer", wish: "ask" },
      { who: "window-officer", wish: "save", missing: [] },
      { who: "window-officer", missing: [] },
      "reviewer",
      "window-officer",
    ],
    ends: "issued",
  },
  {
    procedure: "certificate-new",
    name: "refused by the reviewer",
    by: "window-officer",
    person: "pupil",
    answers: { capacity: "guardian" },
    then: ["window-officer", noted("reviewer", { decision: "rejected" })],
    ends: "refused",
  },
  {
    procedure: "certificate-change",
    by: "window-officer",
    person: "child",
    answers: { capacity: "guardian", "change.what": ["address"], "change.address": "演示区云栖街道9号" },
    then: ["window-officer", "reviewer"],
    ends: "changed",
  },
  {
    procedure: "certificate-exchange",
    by: "window-officer",
    person: "child",
    answers: { capacity: "guardian", "exchange.reason": "damaged" },
    then: ["window-officer", "reviewer", "window-officer"],
    ends: "exchanged",
  },
  {
    procedure: "certificate-replace",
    by: "window-officer",
    person: "child",
    answers: { capacity: "guardian", "replacement.sealed_on": "2026-10-08" },
    then: ["window-officer", "reviewer", 17, "window-officer"],
    ends: "issued",
  },
  {
    procedure: "certificate-withdraw",
    by: "window-officer",
    person: "child",
    answers: { capacity: "guardian", "withdrawal.reason": "moved", "withdrawal.on": "2026-10-20" },
    then: [17, "window-officer", "reviewer"],
    ends: "handed-back",
  },
  {
    procedure: "certificate-stop",
    by: "window-officer",
    person: "sibling",
    answers: { capacity: "guardian", "stop.reason": "no-longer-served", "stop.on": "2026-10-08" },
    then: ["window-officer", "reviewer", "window-officer"],
    ends: "ended",
  },
  {
    procedure: "liaison-appoint",
    before: {
      by: "operator",
      path: "/accounts",
      fields: {
        do: "open",
        login: "second-liaison",
        name: (cast) => cast.officer.name,
        role: "liaison",
        organisation: (cast) => cast.officer.unitCode,
      },
    },
    by: "window-officer",
    person: "officer",
    answers: {
      capacity: "self",
      "liaison.login": "second-liaison",
      "liaison.from": "2026-10-12",
      "liaison.replaces": "false",
    },
    then: ["window-officer", "reviewer"],
    ends: "appointed",
  },

  // Reimbursement at the counter
  {
    procedure: "reimburse-retired",
    by: "window-officer",
    person: "cadre",
    answers: { capacity: "self", ...claim(bonesetters, "11", "2026-09-21", "W-1"), ...account("cadre") },
    then: [...settled, paid("cadre")],
    ends: "paid",
  },
  {
    procedure: "reimburse-retired",
    name: "returned to the reviewer",
    by: "window-officer",
    person: "veteran",
    answers: { capacity: "self", ...claim(bonesetters, "11", "2026-09-22", "W-2") },
    then: [
      "window-officer",
      "reviewer",
      noted("senior-reviewer", { decision: "returned" }),
      "reviewer",
      "senior-reviewer",
      paid("veteran", "window"),
    ],
    ends: "paid",
  },
  {
    procedure: "reimburse-child-emergency",
    by: "window-officer",
    person: "pupil",
    answers: { capacity: "guardian", ...claim(bonesetters, "13", "2026-09-23", "W-3") },
    then: [...settled, paid("pupil", "window")],
    ends: "paid",
  },
  {
    procedure: "reimburse-child-emergency",
    name: "without the emergency stamp, declined",
    by: "window-officer",
    person: "pupil",
    answers: { capacity: "guardian", ...claim(bonesetters, "13", "2026-09-24", "W-4") },
    missing: ["receipts.stamped"],
    then: [
      { who: "window-officer", refused: ["reimbursement/no-emergency-stamp"] },
      { who: "window-officer", wish: "decline" },
    ],
    ends: "refused",
  },
  {
    procedure: "reimburse-elsewhere",
    by: "window-officer",
    person: "traveller",
    answers: { capacity: "self", ...claim(elsewhere, "21", "2026-09-25", "W-5"), ...account("traveller") },
    then: [...settled, paid("traveller")],
    ends: "paid",
  },

  // Hardship relief
  {
    procedure: "relief",
    name: "directly, on the certificate",
    by: "window-officer",
    person: "poor",
    answers: { capacity: "self", "relief.own_cost": "5000" },
    then: [
      "window-officer",
      "reviewer",
      { who: "senior-reviewer", answers: { "relief.amount": "2000" } },
      { who: "cashier", answers: { "collection.by_agent": "false", payee: payee("poor"), method: "window" } },
    ],
    ends: "collected",
  },
  {
    procedure: "hardship-grant",
    by: "window-officer",
    person: "soldier",
    answers: { capacity: "self", "grant.category": "low-edge" },
    then: [
      "window-officer",
      { who: "civil-affairs-officer", answers: { "grant.from": "2026-10-09", "grant.proof": "低边证0001号" } },
    ],
    ends: "registered",
  },
  {
    procedure: "relief",
    by: "window-officer",
    person: "disabled",
    answers: { capacity: "self", "relief.own_cost": "8000" },
    then: [
      "window-officer",
      "street-officer",
      "civil-affairs-officer",
      "reviewer",
      "finance-officer",
      "street-officer",
      17,
      { who: "senior-reviewer", answers: { "relief.amount": "4000" } },
      { who: "cashier", answers: { "collection.by_agent": "false", payee: payee("disabled"), method: "window" } },
    ],
    ends: "collected",
  },
  {
    procedure: "relief",
    name: "refused by the street",
    by: "window-officer",
    person: "neighbour",
    answers: { capacity: "self", "relief.own_cost": "300" },
    then: ["window-officer", noted("street-officer", { decision: "rejected" })],
    ends: "refused",
  },

  // Treatment elsewhere
  {
    procedure: "referral",
    by: "doctor",
    person: "patient",
    answers: {
      capacity: "self",
      "referral.path": "consultation",
      "referral.reason": "untreatable",
      "referral.diagnosis": "C22.0 肝细胞癌",
      "referral.number": "ZZ-2026-0100",
      "filing.kind": "referral",
      "filing.region": "310104",
      "filing.provider": elsewhere,
      "filing.from": "2026-10-10",
      "filing.to": "2027-04-10",
    },
    then: [
      "hospital-insurance-office",
      "doctor",
      noted("consultant"),
      noted("consultant-2"),
      noted("consultant-3", { decision: "rejected" }),
      "hospital-insurance-office",
      "director-in-charge",
      "reviewer",
    ],
    ends: "filed",
  },
  {
    procedure: "referral",
    name: "returned to the doctor, on the second path",
    by: "doctor",
    person: "second",
    answers: {
      capacity: "self",
      "referral.path": "department",
      "referral.reason": "undiagnosed",
      "referral.diagnosis": "R50.9 不明原因发热",
      "filing.kind": "referral",
      "filing.region": "310104",
      "filing.provider": elsewhere,
      "filing.from": "2026-10-10",
      "filing.to": "2027-04-10",
    },
    then: [
      "hospital-insurance-office",
      "doctor",
      noted("department-director", { decision: "returned" }),
      "doctor",
      "department-director",
      "medical-department",
      "reviewer",
    ],
    ends: "filed",
  },
  {
    procedure: "filing-long-term",
    by: "window-officer",
    person: "traveller",
    answers: {
      capacity: "self",
      "residence.group": "posted",
      "residence.months": "12",
      "residence.household": "hangzhou",
      "filing.region": "310104",
      "filing.kind": "long-term",
    },
    then: ["window-officer", "reviewer"],
    ends: "filed",
  },
  {
    procedure: "filing-renew",
    by: "insured-person",
    answers: { capacity: "self", "filing.to": "2027-06-08" },
    then: [31, "window-officer", "reviewer"],
    ends: "renewed",
  },
  {
    procedure: "referral-onward",
    by: "insured-person",
    answers: {
      capacity: "self",
      "filing.kind": "referral",
      "filing.region": "110105",
      "filing.provider": "H11010500012",
      "filing.from": "2026-11-09",
      "filing.to": "2027-05-09",
    },
    then: [31, "window-officer", "reviewer"],
    ends: "filed",
  },
  {
    procedure: "filing-cancel",
    by: "insured-person",
    answers: { capacity: "self" },
    then: [31, "window-officer", "reviewer"],
    ends: "cancelled",
  },

  // Agreements with providers
  {
    procedure: "agreement-new",
    by: "agreement-officer",
    answers: {
      "agreement.operating_since": "2020-01-01",
      "agreement.ownership": "private",
      "agreement.physicians": "6",
      "agreement.managers": "2",
      "agreement.beds": "0",
      "agreement.department": "false",
      "agreement.systems": "true",
      "agreement.interface": "true",
      "agreement.from": "2026-10-26",
      "agreement.to": "2027-10-25",
    },
    then: [
      "agreement-manager",
      noted("reviewer"),
      "senior-reviewer",
      "agreement-manager",
      17,
      "agreement-officer",
      "agreement-manager",
    ],
    ends: "signed",
  },
  {
    procedure: "agreement-change",
    by: "agreement-officer",
    answers: { "change.what": "address", "change.value": "明月路9号", "change.on": "2026-10-20" },
    then: [17, "agreement-manager", "reviewer"],
    ends: "changed",
  },
  {
    procedure: "agreement-renew",
    by: "agreement-officer",
    answers: { "agreement.from": "2027-10-26", "agreement.to": "2028-10-25" },
    then: [17, "agreement-manager", noted("reviewer"), "agreement-officer", "agreement-manager"],
    ends: "renewed",
  },
  {
    procedure: "agreement-suspend",
    by: "agreement-manager",
    answers: {
      provider_code: "H33010600007",
      "suspension.ground": "overcharging",
      "suspension.from": "2026-10-27",
      "suspension.to": "2026-12-31",
    },
    then: [17, "agreement-manager", noted("agreement-officer"), noted("senior-reviewer")],
    ends: "suspended",
  },
  {
    procedure: "agreement-resume",
    by: "agreement-officer",
    answers: { "resumption.on": "2026-11-10" },
    then: [31, "agreement-manager", noted("reviewer"), "senior-reviewer"],
    ends: "resumed",
  },
  {
    procedure: "agreement-leave",
    by: "agreement-officer",
    answers: { "leaving.last": "2027-03-31" },
    then: [31, "agreement-manager", "reviewer"],
    ends: "left",
  },
  {
    procedure: "agreement-end",
    by: "agreement-manager",
    answers: { provider_code: "H33010600007", "ending.ground": "fraud", "ending.last": "2026-12-31" },
    then: [31, "agreement-manager", noted("agreement-officer"), noted("senior-reviewer")],
    ends: "ended",
  },

  // Against a decision
  {
    procedure: "appeal",
    by: "window-officer",
    about: "certificate-new, refused by the reviewer",
    answers: { capacity: "guardian", "appeal.what": "孩子是统筹子女，请求重新审核。" },
    then: ["window-officer", noted("auditor")],
    ends: "upheld",
  },
  {
    procedure: "appeal",
    name: "confirmed",
    by: "window-officer",
    about: "relief, refused by the street",
    answers: { capacity: "self", "appeal.what": "收入认定有误，请求复查。" },
    then: ["window-officer", noted("auditor", { decision: "rejected" })],
    ends: "confirmed",
  },
  {
    procedure: "rectification",
    by: "window-officer",
    about: "certificate-change",
    answers: { capacity: "guardian", "appeal.what": "住址门牌号写错一字，请求更正。" },
    then: ["window-officer", noted("senior-reviewer")],
    ends: "corrected",
  },
  // Paid too much: put right on the case itself, and what was overpaid ordered back
  {
    procedure: "reimburse-child-emergency",
    name: "paid too much",
    by: "window-officer",
    person: "pupil",
    answers: { capacity: "guardian", ...claim(bonesetters, "13", "2026-09-25", "W-6") },
    then: [...settled, paid("pupil", "window")],
    ends: "paid",
  },
  {
    procedure: "rectification",
    name: "of what was paid too much",
    by: "window-officer",
    about: "reimburse-child-emergency, paid too much",
    answers: { capacity: "guardian", "appeal.what": "摄片费用不属于治疗，请求更正。" },
    then: ["window-officer", noted("senior-reviewer")],
    ends: "corrected",
  },
  {
    procedure: "reimburse-child-emergency",
    name: "decided anew",
    by: "window-officer",
    again: "reimburse-child-emergency, paid too much",
    before: {
      by: "reviewer",
      path: (cases) => `/cases/${cases.get("reimburse-child-emergency, paid too much")}/act`,
      fields: { do: "refuse-lines", "ground.1": "not-treatment" },
    },
    then: ["reviewer", "senior-reviewer", paid("pupil", "window")],
    ends: "paid",
  },
  {
    procedure: "recovery",
    by: "window-officer",
    about: "reimburse-child-emergency, paid too much",
    answers: { capacity: "agency", "recovery.ground": "calculation" },
    then: [
      "window-officer",
      noted("reviewer"),
      noted("senior-reviewer", { "recovery.until": "2026-11-30" }),
      "cashier",
    ],
    ends: "recovered",
  },
  {
    procedure: "complaint",
    by: "window-officer",
    about: "category-grant",
    answers: { capacity: "self", "appeal.what": "窗口等候时间过长，请求说明。" },
    then: ["window-officer", noted("auditor")],
    ends: "answered",
  },
];
