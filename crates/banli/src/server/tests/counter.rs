//! The counter by hand-made requests: files of every kind, two officers at one case, another role's step, days outside the
//! calendar, forms sent twice.

use super::*;
use crate::upload::png;
use agency::Actor;
use agency::CaseId;

const HEX: &str = "0123456789abcdef0123456789abcdef";

/// A key of its own for each form.
fn key(number: u32) -> String {
    format!("{number:08x}{HEX}")
}

/// An office with one open case of a new certificate, a second window officer and a reviewer.
fn with_case() -> (Site, String) {
    let site = site();
    let mut decision = Decision::default();
    for (account, role) in [(4, "window-officer"), (5, "reviewer")] {
        let login = format!("{role}-{account}");
        let actor = Actor {
            account: AccountId(account),
            name: login.clone(),
            roles: BTreeSet::from([role.to_owned()]),
            organisation: Organisation::Agency,
            title: None,
            person: None,
        };
        let password_hash = crate::password::hash(PASSWORD, [7; 16]).unwrap();
        let opened = agency::account::Opened { login, actor, password_hash };
        decision.push(StreamId::Account(AccountId(account)), 0, Event::AccountOpened(opened));
    }
    let (hash, now) = (RequestHash::of(b"more"), site.app.office.clock.now());
    site.app.office.store.append(Append::decided(decision, None, hash, now, "founding").unwrap()).unwrap();
    let officer = site.sign_in("window-officer");
    let form = format!("key={}&citizen={CITIZEN}&capacity=guardian", key(0));
    let opened = site.post("/zh/cases/new/certificate-new", &officer, &form);
    assert_eq!(opened.to(), "/zh/cases/1", "{}", opened.body);
    (site, officer)
}

impl Site {
    /// Sends a form with files: fields, then (field, name, contents).
    fn upload(
        &self,
        path: &str,
        cookie: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--q\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                    .as_bytes(),
            );
        }
        for (field, name, contents) in files {
            body.extend(
                format!("--q\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n")
                    .as_bytes(),
            );
            body.extend(*contents);
            body.extend(b"\r\n");
        }
        body.extend(b"--q--\r\n");
        let request = HttpRequest::post(path)
            .header("cookie", cookie)
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "multipart/form-data; boundary=q");
        self.send(request.body(Body::from(body)).unwrap())
    }

    fn scans(&self) -> Vec<String> {
        let file = self.app.office.store.read(|reader| reader.case_file(CaseId(1))).unwrap().unwrap();
        file.state.all_scans().map(|(material, kept)| format!("{material}: {}", kept.scan.name)).collect()
    }
}

#[test]
fn scans_are_kept_shown_and_each_look_is_noted() {
    let (site, officer) = with_case();
    let picture = png(100, 140);
    let fields = [("key", key(1)), ("do", "save".into()), ("version", "1".into())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sent = site.upload("/zh/cases/1/act", &officer, &fields, &[("scan.photo", "照片.png", &picture)]);
    assert_eq!((sent.status, sent.to()), (303, "/zh/cases/1"), "{}", sent.body);
    assert_eq!(site.scans(), ["photo: 照片.png"]);
    // The same form again, and the same picture again: kept once.
    site.upload("/zh/cases/1/act", &officer, &fields, &[("scan.photo", "照片.png", &picture)]);
    let again = key(2);
    site.upload(
        "/zh/cases/1/act",
        &officer,
        &[("key", &again), ("do", "save")],
        &[("scan.photo", "b.png", &picture)],
    );
    assert_eq!(site.scans(), ["photo: 照片.png"]);

    let reviewer = site.sign_in("reviewer-5");
    let page = site.get("/zh/cases/1", &reviewer).body;
    let at = page.find("/zh/cases/1/scans/").unwrap();
    let address: String = page[at..].chars().take_while(|c| *c != '"').collect();
    let before =
        site.app.office.store.read(|reader| reader.looks_at(PersonId(1), i64::MAX, 50)).unwrap().len();
    let shown = run(async {
        let request = HttpRequest::get(&address).header("cookie", &reviewer).body(Body::empty()).unwrap();
        site.router.clone().oneshot(request).await.unwrap()
    });
    let header =
        |name: &str| shown.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(header("content-disposition"), "inline; filename*=UTF-8''%E7%85%A7%E7%89%87.png");
    let after = site.app.office.store.read(|reader| reader.looks_at(PersonId(1), i64::MAX, 50)).unwrap();
    assert_eq!(after.len(), before + 1);
    assert_eq!(after[0].look.what, "case/1/scan/photo");
    // Not for strangers, not by another name, not without an account.
    assert_eq!(site.get(&address, "").status, 303);
    assert_eq!(site.get(&format!("/zh/cases/1/scans/{}", "0".repeat(64)), &reviewer).status, 404);
    assert_eq!(site.get("/zh/cases/1/scans/..%2F..", &reviewer).status, 404);
    // A wrong picture is taken away again.
    let hash = address.rsplit('/').next().unwrap();
    let away = format!("key={}&do=unscan:photo/{hash}", key(3));
    assert_eq!(site.post("/zh/cases/1/act", &officer, &away).status, 303);
    assert!(site.scans().is_empty());
    assert_eq!(site.get(&address, &reviewer).status, 404);
}

#[test]
fn each_file_is_answered_on_its_own_and_good_ones_are_kept() {
    let (site, officer) = with_case();
    let (good, one) = (png(10, 10), key(1));
    let answer = site.upload(
        "/zh/cases/1/act",
        &officer,
        &[("key", &one), ("do", "save"), ("paper.photo.original", "true")],
        &[
            ("scan.photo", "good.png", &good),
            ("scan.photo", "program.pdf", b"MZ\x90 not a pdf"),
            ("scan.household-register", "list.docx", b"PK\x03\x04"),
            ("scan.nothing-such", "good2.png", &png(11, 11)),
        ],
    );
    assert_eq!(answer.status, 422);
    for said in ["program.pdf”的内容与扩展名不符", "list.docx”不是 PDF、JPEG 或 PNG", "checked"]
    {
        assert!(answer.body.contains(said), "{said}");
    }
    assert_eq!(site.scans(), ["photo: good.png"]);
    // Too many of one paper.
    let many: Vec<Vec<u8>> = (1..=21).map(|wide| png(wide, 20)).collect();
    let files: Vec<(&str, &str, &[u8])> =
        many.iter().map(|bytes| ("scan.photo", "p.png", bytes.as_slice())).collect();
    let two = key(2);
    let answer = site.upload("/zh/cases/1/act", &officer, &[("key", &two), ("do", "save")], &files);
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("最多 20 个扫描件"));
}

#[test]
fn a_hundred_megabytes_get_a_clear_answer_and_cost_nothing() {
    let (site, officer) = with_case();
    let (large, one) = (vec![b' '; 100 << 20], key(1));
    let answer = site.upload(
        "/zh/cases/1/act",
        &officer,
        &[("key", &one), ("do", "save")],
        &[("scan.photo", "a.png", &large)],
    );
    assert_eq!(answer.status, 413);
    assert!(answer.body.contains("<h1>"), "{}", answer.body);
    // Nobody's files are read, nor files that a form has no place for.
    assert_eq!(site.upload("/zh/cases/1/act", "", &[], &[("scan.photo", "a.png", b"x")]).status, 401);
    let two = key(2);
    assert_eq!(
        site.upload("/zh/theme", &officer, &[("key", &two)], &[("x", "a.png", &large[..1 << 20])]).status,
        413
    );
    assert_eq!(site.post("/zh/cases/1/act", &officer, "no form at all").status, 400);
    assert_eq!(site.get("/zh/cases/1", &officer).status, 200);
}

#[test]
fn two_officers_at_one_case() {
    let (site, first) = with_case();
    let second = site.sign_in("window-officer-4");
    let page = site.get("/zh/cases/1", &second).body;
    assert!(page.contains("name=\"version\" value=\"1\""));
    let save = |number: u32, paper: &str| {
        format!("key={}&version=1&do=save&paper.{paper}.original=true", key(number))
    };
    assert_eq!(site.post("/zh/cases/1/act", &first, &save(1, "photo")).status, 303);
    let answer = site.post("/zh/cases/1/act", &second, &save(2, "household-register"));
    assert_eq!(answer.status, 422);
    for said in ["您打开页面后，别人处理过这个办件", "window-officer", "name=\"version\" value=\"2\""]
    {
        assert!(answer.body.contains(said), "{said}");
    }
    let file = || site.app.office.store.read(|reader| reader.case_file(CaseId(1))).unwrap().unwrap();
    assert!(!file().state.materials.contains_key("household-register"), "nothing was done past the other");
    // One's own work in another window stands in nobody's way.
    assert_eq!(site.post("/zh/cases/1/act", &first, &save(3, "id-card")).status, 303);
}

#[test]
fn a_step_of_another_role_is_refused_whatever_is_sent() {
    let (site, officer) = with_case();
    let person = site.sign_in("insured-person");
    let auditor = site.sign_in("auditor");
    let before = site.app.office.store.read(|reader| reader.last_seq()).unwrap();
    for (number, (cookie, form)) in [
        (&person, "do=accept"),
        (&person, "do=decline"),
        (&auditor, "do=accept"),
        (&auditor, "do=ask"),
        (&officer, "do=step&step=review&decision=approved"),
        (&officer, "do=pay&step=review&decision=approved&payee=x&method=window"),
        (&officer, "do=notice"),
        (&officer, "do=hear&objection=1&upheld=true&note=x"),
        (&auditor, "do=withdraw"),
    ]
    .into_iter()
    .enumerate()
    {
        let form = format!("key={}&{form}", key(u32::try_from(number).unwrap() + 20));
        let answer = site.post("/zh/cases/1/act", cookie, &form);
        assert_eq!(answer.status, 422, "{form}");
        assert!(answer.body.contains("data-code=\"case/"), "{form}");
    }
    assert_eq!(site.app.office.store.read(|reader| reader.last_seq()).unwrap(), before);
    for form in ["do=time", "do=migrate", "do=__proto__", "do=unscan:x"] {
        let form = format!("key={}&{form}", key(50));
        assert!([400, 404].contains(&site.post("/zh/cases/1/act", &officer, &form).status), "{form}");
    }
}

#[test]
fn days_outside_the_calendar_are_told() {
    let (site, officer) = with_case();
    for day in ["0000-00-00", "2026-02-30", "99999-01-01", "tomorrow", "-1"] {
        let path = format!("/zh/precheck/certificate-new?capacity=guardian&day={day}&subject.birth={day}");
        assert!([200, 422].contains(&site.get(&path, &officer).status), "{path}");
    }
    let form = |number: u32| {
        format!(
            "key={}&do=save&claim.provider=H1&claim.med_type=11&claim.begndate=2026-02-30&claim.enddate=9999-99-99",
            key(number)
        )
    };
    let answer = site.post("/zh/cases/1/act", &officer, &form(1));
    assert_eq!(answer.status, 422, "a claim's days are read before anything is kept");
    for path in
        ["/zh/supervision?from=2026-99-99&to=x", "/zh/cases?before=-5&procedure=%00", "/zh/home?due=never"]
    {
        assert!([200, 403].contains(&site.get(path, &officer).status), "{path}");
    }
}

#[test]
fn the_papers_for_the_applicant() {
    let (site, officer) = with_case();
    let receipt = site.get("/zh/cases/1/receipt", &officer);
    assert_eq!(receipt.status, 200);
    for said in ["C-1", "受理回执", "沈**", "尚未受理", "sheet-receipt"] {
        assert!(receipt.body.contains(said), "{said}");
    }
    assert!(!receipt.body.contains("沈小满"));
    assert_eq!(site.get("/zh/cases/1/one-time-notice", &officer).status, 404, "nothing was asked yet");
    assert_eq!(site.post("/zh/cases/1/act", &officer, &format!("key={}&do=ask", key(1))).status, 303);
    let notice = site.get("/en/cases/1/one-time-notice", &officer);
    assert_eq!(notice.status, 200);
    assert!(
        notice.body.contains("One-time notice of what is missing")
            && notice.body.contains("<ol class=\"missing\">")
    );
    assert_eq!(site.get("/zh/cases/1/receipt", "").status, 303);
}

#[test]
fn a_case_is_found_by_number_and_what_one_knows() {
    let (site, _) = with_case();
    assert_eq!(site.get("/zh/status", "").status, 200);
    let found = site.post("/zh/status", "", "case=C-1&last=012176");
    assert_eq!(found.status, 200);
    assert!(found.body.contains("C-1") && !found.body.contains("沈小满") && !found.body.contains(CITIZEN));
    for wrong in [
        "case=C-1&last=012175",
        "case=C-2&last=012176",
        "case=&last=",
        "case=C-1&last=6",
        "case=%00'&last=012176",
    ] {
        let answer = site.post("/en/status", "", wrong);
        assert_eq!(answer.status, 422, "{wrong}");
        assert!(answer.body.contains("do not fit each other"), "{wrong}");
    }
    for _ in 0..8 {
        site.post("/zh/status", "", "case=C-1&last=000000");
    }
    assert_eq!(site.post("/zh/status", "", "case=C-1&last=012176").status, 429, "who guesses has to wait");
    let looks = site.app.office.store.read(|reader| reader.looks_at(PersonId(1), i64::MAX, 50)).unwrap();
    assert!(looks.iter().any(|row| row.look.what == "case/1/status"));
}
