mod accounts;
mod batch;
mod counter;
mod holidays;
mod search;
mod work;

use super::*;
use crate::clock::Clock;
use crate::office::Office;
use crate::packs::PacksArgs;
use agency::person::{Insurance, Registered};
use agency::{AccountId, Actor, Decision, Event, Organisation, PersonId, StreamId, Unique, UnitId};
use axum::body::to_bytes;
use axum::http::Request as HttpRequest;
use std::collections::BTreeSet;
use store::{Append, RequestHash, Store};
use tower::ServiceExt as _;

const PASSWORD: &str = "plum-and-bamboo";
const CITIZEN: &str = "110101202311012176";

struct Site {
    router: Router,
    app: Arc<App>,
    _folder: tempfile::TempDir,
}

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |to| to.to_str().unwrap())
    }
}

/// An office with one person and five accounts: a window officer, an auditor, the person, an operator, the street's.
fn site() -> Site {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(Store::open(folder.path(), store::Options::default()).unwrap());
    let rules =
        crate::rules::Rules::of(crate::office::rulebook(&PacksArgs::default(), crate::packs::PACK).unwrap());
    let mut decision = Decision::default();
    let person = Registered {
        person: PersonId(1),
        name: "沈小满".into(),
        citizen: CITIZEN.parse().unwrap(),
        address: "某路1号".into(),
        unit: Some(UnitId(1)),
        insurance: vec![Insurance {
            insutype: "390".into(),
            psn_type: "1402".into(),
            from: "2024-01-01".parse().unwrap(),
            to: None,
        }],
        categories: vec![],
        parent: None,
        region: "330100".into(),
    };
    let unit = agency::unit::Registered {
        unit: UnitId(1),
        name: "第一局".into(),
        code: "12100000400009880K".parse().unwrap(),
        unit_kind: "government-agency".into(),
        district: "330106".into(),
        address: "某路2号".into(),
    };
    decision.push(StreamId::Unit(UnitId(1)), 0, Event::UnitRegistered(unit));
    decision.push(StreamId::Person(PersonId(1)), 0, Event::PersonRegistered(person));
    decision.take_once(Unique::Citizen, CITIZEN, &StreamId::Person(PersonId(1)));
    for (account, role, organisation, person) in [
        (1, "window-officer", Organisation::Agency, None),
        (2, "auditor", Organisation::Agency, None),
        (3, "insured-person", Organisation::Public, Some(PersonId(1))),
        (20, "operator", Organisation::Agency, None),
        (21, "street-officer", Organisation::Department("street".into()), None),
    ] {
        let actor = Actor {
            account: AccountId(account),
            name: role.to_owned(),
            roles: BTreeSet::from([role.to_owned()]),
            organisation,
            title: None,
            person,
        };
        let opened = agency::account::Opened {
            login: role.to_owned(),
            actor,
            password_hash: crate::password::hash(PASSWORD, [7; 16]).unwrap(),
        };
        decision.push(StreamId::Account(AccountId(account)), 0, Event::AccountOpened(opened));
    }
    let clock = Clock::opening_on("2026-10-09".parse().unwrap());
    let hash = RequestHash::of(b"founding");
    store.append(Append::decided(decision, None, hash, clock.now(), "founding").unwrap()).unwrap();
    let office = Office { store, rules, clock, demo: None };
    let app = Arc::new(App::new(office).unwrap());
    Site { router: router(app.clone()), app, _folder: folder }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

impl Site {
    fn send(&self, request: HttpRequest<Body>) -> Answer {
        run(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            let body = to_bytes(body, 4 << 20).await.unwrap();
            Answer {
                status: head.status.as_u16(),
                headers: head.headers,
                body: String::from_utf8_lossy(&body).into_owned(),
            }
        })
    }

    fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(HttpRequest::get(path).header("cookie", cookie).body(Body::empty()).unwrap())
    }

    fn post(&self, path: &str, cookie: &str, form: &str) -> Answer {
        let request =
            HttpRequest::post(path).header("cookie", cookie).header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(form.to_owned())).unwrap())
    }

    #[track_caller]
    fn sign_in(&self, login: &str) -> String {
        let answer = self.post("/zh/sign-in", "", &format!("login={login}&password={PASSWORD}"));
        assert_eq!((answer.status, answer.to()), (303, "/zh/home"), "{login}");
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }
}

#[test]
fn the_first_page_comes_in_the_browsers_language_under_a_strict_policy() {
    let site = site();
    let request =
        HttpRequest::get("/").header("accept-language", "en-GB,zh;q=0.5").body(Body::empty()).unwrap();
    assert_eq!(site.send(request).to(), "/en/");
    assert_eq!(site.get("/", "").to(), "/zh/");
    let first = site.get("/zh/", "");
    assert_eq!(first.status, 200);
    let policy = first.headers.get("content-security-policy").unwrap().to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert!(
        !first.body.contains("<style") && !first.body.contains("style=") && !first.body.contains("onclick")
    );
    assert_eq!(site.get("/healthz", "").body, "ok\n");
    assert!(site.get("/metrics", "").body.contains("banli_http_answers_total{class=\"2xx\"} 1"));
}

#[test]
fn every_route_that_needs_an_account_sends_strangers_to_sign_in() {
    let site = site();
    for route in routes::ROUTES.iter().filter(|route| route.need != Need::Nothing) {
        let path = format!(
            "/zh{}",
            route
                .path
                .replace("{*id}", "1")
                .replace("{id}", "1")
                .replace("{procedure}", "x")
                .replace("{hash}", "x")
        );
        if route.method == Method::GET {
            let answer = site.get(&path, "banli_session=0000");
            assert_eq!(answer.status, 303, "{path}");
            assert!(answer.to().starts_with("/zh/sign-in?back="), "{path}: {}", answer.to());
        } else {
            assert_eq!(site.post(&path, "", "do=accept").status, 401, "{path}");
        }
    }
}

#[test]
fn roles_are_held_to_and_strangers_data_is_not_found() {
    let site = site();
    let person = site.sign_in("insured-person");
    for path in ["/zh/people", "/zh/cases", "/zh/settlements", "/zh/supervision", "/zh/looks", "/zh/unit"] {
        assert_eq!(site.get(path, &person).status, 403, "{path}");
    }
    assert_eq!(site.get("/zh/people/2", &person).status, 404);
    assert_eq!(site.get("/zh/people/1", &person).status, 200);
    let officer = site.sign_in("window-officer");
    assert_eq!(site.get("/zh/looks", &officer).status, 403);
    assert_eq!(site.get("/zh/people/1/looks", &officer).status, 403);
}

#[test]
fn numbers_are_masked_unless_the_work_needs_them_and_every_look_is_recorded() {
    let site = site();
    let (officer, auditor, person) =
        (site.sign_in("window-officer"), site.sign_in("auditor"), site.sign_in("insured-person"));
    assert!(site.get("/zh/people/1", &officer).body.contains(CITIZEN));
    let seen = site.get("/zh/people/1", &auditor).body;
    assert!(!seen.contains(CITIZEN) && seen.contains("110***********2176"));
    // In lists nobody sees the whole number.
    assert!(!site.get("/zh/people?q=%E6%B2%88", &officer).body.contains(CITIZEN));
    site.get("/zh/people/1", &person);
    let looks = site.app.office.store.read(|reader| reader.looks_at(PersonId(1), i64::MAX, 10)).unwrap();
    let who: Vec<u64> = looks.iter().map(|row| row.look.account.0).collect();
    assert_eq!(who, [2, 1], "the person's own look is nobody's business");
    let told = site.get("/zh/people/1/looks", &person).body;
    assert!(told.contains("window-officer") && told.contains("auditor"));
}

#[test]
fn wrong_passwords_are_told_alike_and_slow_down() {
    let site = site();
    for login in ["window-officer", "nobody"] {
        let answer = site.post("/zh/sign-in", "", &format!("login={login}&password=guess"));
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("用户名或密码不对"));
    }
    for _ in 0..5 {
        site.post("/zh/sign-in", "", "login=window-officer&password=guess");
    }
    // Even the right one has to wait now; another name need not.
    assert_eq!(
        site.post("/zh/sign-in", "", &format!("login=window-officer&password={PASSWORD}")).status,
        429
    );
    site.sign_in("auditor");
}

#[test]
fn signing_out_ends_the_session_and_nobody_is_led_away() {
    let site = site();
    let officer = site.sign_in("window-officer");
    assert_eq!(site.get("/zh/home", &officer).status, 200);
    assert_eq!(site.post("/zh/sign-out", &officer, "").to(), "/zh/");
    assert_eq!(site.get("/zh/home", &officer).status, 303);
    for back in ["//evil.example/", "https://evil.example/", "/\\evil"] {
        let answer = site.post("/zh/theme", "", &format!("theme=dark&back={}", crate::ask::encode(back)));
        assert!(answer.to().starts_with("/zh/"), "{back}: {}", answer.to());
        assert!(
            answer
                .headers
                .get(header::SET_COOKIE)
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("banli_theme=dark;")
        );
    }
}

#[test]
fn forms_from_other_sites_are_not_carried_out() {
    let site = site();
    let officer = site.sign_in("window-officer");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        let request = HttpRequest::post("/zh/sign-out")
            .header("cookie", &officer)
            .header("host", "127.0.0.1")
            .header(name, value);
        assert_eq!(site.send(request.body(Body::empty()).unwrap()).status, 403, "{name}: {value}");
    }
    assert_eq!(site.get("/zh/home", &officer).status, 200);
}

#[test]
fn the_same_form_sent_twice_opens_one_case() {
    let site = site();
    let officer = site.sign_in("window-officer");
    let form = format!("key={}&citizen={CITIZEN}&capacity=guardian", "ab".repeat(32));
    let first = site.post("/zh/cases/new/certificate-new", &officer, &form);
    assert_eq!((first.status, first.to()), (303, "/zh/cases/1"), "{}", first.body);
    assert_eq!(site.post("/zh/cases/new/certificate-new", &officer, &form).to(), "/zh/cases/1");
    let cases = site.app.office.store.read(|reader| reader.cases_of(PersonId(1))).unwrap();
    assert_eq!(cases.len(), 1);
    // The case page: what is missing is said at once, and what was ticked stays ticked.
    let key = "cd".repeat(32);
    let refused =
        site.post("/zh/cases/1/act", &officer, &format!("key={key}&do=accept&paper.id-card.original=true"));
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("id=\"faults\"") && refused.body.contains("paper.id-card.original"));
    assert_eq!(site.get("/en/cases/1", &officer).status, 200);
}

#[test]
fn nonsense_of_any_size_gets_a_clear_answer() {
    let site = site();
    let officer = site.sign_in("window-officer");
    let large = "a".repeat(BODY_MAX + 1);
    let many = "a=1&".repeat(2_000);
    for (form, status) in
        [(large.as_str(), 413), (many.as_str(), 413), ("key=short", 400), ("%%%&=&&=%FF%00", 400), ("", 400)]
    {
        let answer = site.post(
            "/zh/cases/new/certificate-new",
            &officer,
            &format!("{form}&citizen={CITIZEN}&capacity=self"),
        );
        assert_eq!(answer.status, status, "{}", &form[..form.len().min(20)]);
    }
    let unknown = format!("key={}&citizen=440524188001010014&capacity=self", "ef".repeat(32));
    assert_eq!(site.post("/zh/cases/new/certificate-new", &officer, &unknown).status, 422);
    for path in [
        "/fr/",
        "/zh",
        "/zh/cases/99999999999999999999",
        "/zh/cases/-1",
        "/zh/law/calendar/2026x",
        "/zh/law/calendar/99999",
        "/zh/law/articles/no/such",
        "/assets/x/..%2Fserver.rs",
        "/zh/precheck/nothing",
    ] {
        assert_eq!(site.get(path, &officer).status, 404, "{path}");
    }
    for path in [
        "/zh/search?q=%FF%00'%22%3Cscript%3E",
        "/zh/people?q=%25%25",
        "/zh/cases?before=x&stage=nothing",
        "/zh/precheck/certificate-new?capacity=self&subject.birth=2026-99-99",
    ] {
        let answer = site.get(path, &officer);
        assert!([200, 303, 422].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.body.contains("<script>"), "{path}");
    }
}

#[test]
fn the_precheck_asks_at_most_seven_pages_and_ends_in_a_result() {
    let site = site();
    for procedure in site.app.office.rules.procedures.iter() {
        let mut path = format!("/zh/precheck/{}", procedure.id);
        let mut pages = 0;
        while let Some(next) = answered(&site.get(&path, "").body, &path) {
            path = next;
            pages += 1;
            // A person is asked little; a hospital's application has a dozen conditions of its own.
            let most = if agency::casework::about(procedure).is_none() { 7 } else { 12 };
            assert!(pages <= most, "{path}");
        }
        assert!(site.get(&path, "").body.contains("class=\"answer"), "{path}");
    }
}

/// The address after the question of a page is answered with its first choice; nothing on the result.
fn answered(body: &str, path: &str) -> Option<String> {
    let form = body.split_once("<main")?.1.split_once("<form method=\"get\"")?.1.split_once("</form>")?.0;
    if body.contains("class=\"answer") {
        return None;
    }
    let mut next = path.to_owned();
    for input in form.split(['<', '>']).filter(|tag| tag.starts_with("input") || tag.starts_with("select")) {
        let of = |name: &str| {
            input
                .split_once(&format!(" {name}=\""))
                .map(|(_, rest)| rest.split('"').next().unwrap().to_owned())
        };
        let name = of("name")?;
        if input.contains("type=\"hidden\"") || next.contains(&format!("{name}=")) {
            continue;
        }
        let value = match of("type").as_deref() {
            Some("radio" | "checkbox") => of("value")?,
            Some("date") => "2026-09-28".to_owned(),
            _ if input.starts_with("select") => form
                .split_once("option value=\"\"")?
                .1
                .split_once("option value=\"")?
                .1
                .split('"')
                .next()?
                .to_owned(),
            _ => "1".to_owned(),
        };
        next = format!("{next}{}{name}={value}", if next.contains('?') { '&' } else { '?' });
    }
    Some(next)
}

#[test]
fn every_open_page_is_small_and_named_in_both_languages() {
    let site = site();
    for path in ["/", "/precheck", "/notices", "/law", "/law/settings", "/law/calendar/2026", "/sign-in"] {
        for lang in Lang::ALL {
            let answer = site.get(&format!("/{}{path}", lang.code()), "");
            assert_eq!(answer.status, 200, "{path}");
            assert!(answer.body.len() < 100_000, "{path} has {} bytes", answer.body.len());
            assert!(answer.body.contains(&format!("lang=\"{}\"", lang.tag())));
        }
    }
}

/// The books are open to those who keep and check them; an entry leads to its decision and back to its accounts.
#[test]
fn the_books_are_shown_to_those_who_keep_them() {
    let site = site();
    let entries = ledger::journal::read(
        "2026-09-30 (settlement/1) settlement  ; decision: settlement/1\n  fund:310100  120.00\n  \
         person-account:1  5.00\n  payable:5:310100  -120.00\n  payable:5:310200  -5.00\n",
    )
    .unwrap();
    let mut decision = Decision::default();
    for entry in entries {
        decision.push(StreamId::Year(PersonId(1), 2026), 0, Event::EntryPosted(Box::new(entry)));
    }
    let now = site.app.office.clock.now();
    let append = Append::decided(decision, None, RequestHash::of(b"entry"), now, "test").unwrap();
    site.app.office.store.append(append).unwrap();
    for login in ["window-officer", "insured-person"] {
        let cookie = site.sign_in(login);
        assert_eq!(site.get("/zh/finance", &cookie).status, 403, "{login}");
        assert_eq!(site.get("/zh/finance/entries/settlement/1", &cookie).status, 403, "{login}");
    }
    let auditor = site.sign_in("auditor");
    #[track_caller]
    fn check(site: &Site, cookie: &str, path: &str, says: &[&str]) {
        let answer = site.get(path, cookie);
        assert_eq!(answer.status, 200, "{path}");
        for says in says {
            assert!(answer.body.contains(says), "{path} does not say {says}\n{}", answer.body);
        }
    }
    check(&site, &auditor, "/zh/finance", &["借贷相等", "125.00", "/zh/finance/providers/5"]);
    let trial = "/zh/finance/trial?from=2026-09-01&to=2026-09-30";
    check(&site, &auditor, trial, &["125.00 元", "/zh/finance/accounts/payable:5:310100", "全部个人账户"]);
    let csv = site.get("/zh/finance/trial.csv?from=2026-09-01&to=2026-09-30", &auditor).body;
    assert_eq!(
        csv,
        "account,opening,debit,credit,closing\r\nfund:310100,0.00,120.00,0.00,120.00\r\n\
         payable:5:310100,0.00,0.00,120.00,-120.00\r\npayable:5:310200,0.00,0.00,5.00,-5.00\r\n\
         person-account,0.00,5.00,0.00,5.00\r\n"
    );
    let journal = site.get("/zh/finance/journal?from=2026-09-01&to=2026-09-30", &auditor).body;
    assert_eq!(ledger::journal::read(&journal).unwrap().len(), 1);
    check(&site, &auditor, "/zh/finance/entries/settlement/1", &["/zh/settlements/1", "第二十九条第一款"]);
    let account = "/zh/finance/accounts/payable:5:310100?from=2026-09-01&to=2026-09-30";
    check(&site, &auditor, account, &["/zh/finance/entries/settlement/1", "120.00"]);
    // 5 % of 120.00 and of 5.00 are kept back.
    check(&site, &auditor, "/zh/finance/providers/5", &["114.00", "6.00", "4.75", "0.25"]);
    assert_eq!(site.get("/zh/finance/accounts/purse:1", &auditor).status, 404);
    // Looking at an entry of a person's account is looking at the person.
    let looks = site.app.office.store.read(|reader| reader.looks_at(PersonId(1), i64::MAX, 10)).unwrap();
    assert_eq!(looks.iter().map(|row| row.look.account.0).collect::<Vec<_>>(), [2]);
}
