//! The web server: sockets, limits, headers, and the one adapter between them and the handlers.

use crate::app::App;
use crate::ask::{Ask, Fields, Reply};
use crate::errors::{self, Problem};
use crate::exchange;
use crate::interface;
use crate::pages::assets;
use crate::pages::parts::{Page, Theme};
use crate::patience::{Patient, Peer, QUIET};
use crate::routes::{self, Need, Route};
use crate::session;
use crate::text::{Lang, Text};
use crate::upload::{self, Upload};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, get, on};
use std::net::{IpAddr, Ipv4Addr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::Semaphore;

/// A form of ours is never larger.
const BODY_MAX: usize = 256 << 10;

/// Nothing of a page comes from elsewhere, nothing runs that is not our own file, nobody frames us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A scanned paper runs nothing, fetches nothing and is framed by nobody; a browser's own viewer of PDF needs the rest.
const FILE_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Answers on this listener until the process is asked to stop; requests that run are answered first.
///
/// # Errors
/// Where the listener cannot be used.
pub async fn serve(app: Arc<App>, listener: std::net::TcpListener) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let service = router(app).into_make_service_with_connect_info::<Peer>();
    axum::serve(Patient::new(listener, QUIET), service).with_graceful_shutdown(asked_to_stop()).await
}

/// Ctrl-C at a terminal, SIGTERM from whoever runs services.
pub(crate) async fn asked_to_stop() {
    // Where signals cannot be heard, the process is stopped from outside; nothing acknowledged is lost by it.
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { _ = interrupt => {}, _ = terminate => {} }
}

/// The whole router; tests call it in-process.
pub fn router(app: Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/", get(landing))
        .route("/healthz", get(healthz))
        .route("/metrics", get(metrics))
        .route("/assets/{hash}/{name}", get(asset));
    for route in routes::ROUTES {
        let method = if route.method == Method::POST { MethodFilter::POST } else { MethodFilter::GET };
        let answer = move |State(app): State<Arc<App>>,
                           Path(parts): Path<Vec<(String, String)>>,
                           request: Request| { adapt(app, route, parts, request) };
        router = router.route(&format!("/{{lang}}{}", route.path), on(method, answer));
    }
    router
        .merge(interface::router(&app))
        .merge(exchange::router())
        .fallback(|State(app): State<Arc<App>>, request: Request| async move {
            let (parts, _) = request.into_parts();
            problem(&app, &parts, &Problem::NotFound)
        })
        .layer(axum::middleware::map_response(secure))
        .with_state(app)
}

/// Headers of every answer.
async fn secure(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ] {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Reads the request, runs its handler where waiting harms nobody, and writes the answer.
async fn adapt(
    app: Arc<App>,
    route: &'static Route,
    parts: Vec<(String, String)>,
    request: Request,
) -> Response {
    let (head, body) = request.into_parts();
    let (form, files) = match read_form(&app, route, &head, body).await {
        Ok(read) => read,
        Err(why) => return problem(&app, &head, &why),
    };
    let answered = tokio::task::spawn_blocking(move || {
        // A handler that fails an assertion costs its own request only; nothing was stored that was not answered.
        let answer = catch_unwind(AssertUnwindSafe(|| answer(&app, route, &head, parts, form, files)));
        let response = answer.unwrap_or_else(|_| {
            let number = session::random_id().unwrap_or_default().chars().take(8).collect::<String>();
            tracing::error!(number, path = route.path, "a handler failed an assertion");
            app.counters.bugs.fetch_add(1, Ordering::Relaxed);
            problem(&app, &head, &Problem::Bug(number))
        });
        let class = usize::from(response.status().as_u16() / 100).clamp(2, 5) - 2;
        app.counters.answers[class].fetch_add(1, Ordering::Relaxed);
        response
    });
    answered.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Forms with files that are read at once; each may take as much memory as a form may have.
static READING: Semaphore = Semaphore::const_new(6);

async fn read_form(
    app: &Arc<App>,
    route: &'static Route,
    head: &Parts,
    body: Body,
) -> Result<(Fields, Vec<Upload>), Problem> {
    if head.method == Method::GET {
        return Ok((Fields::default(), vec![]));
    }
    if !same_site(&head.headers) {
        return Err(Problem::CrossSite);
    }
    let kind = head.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(boundary) = kind.and_then(upload::boundary) else {
        let bytes = upload::read(body, BODY_MAX).await?;
        return Ok((Fields::read(&String::from_utf8_lossy(&bytes))?, vec![]));
    };
    // Nobody's files are read before it is known who sends them.
    let secret = cookie(&head.headers, session::COOKIE).to_owned();
    let asking = app.clone();
    let known = tokio::task::spawn_blocking(move || asking.account(&secret, asking.office.clock.now())).await;
    if !known.is_ok_and(|actor| actor.is_ok_and(|actor| actor.is_some())) {
        return Err(Problem::SignIn);
    }
    let max = if route.files { upload::FORM_BYTES_MAX } else { BODY_MAX };
    let reading = READING.acquire().await;
    let read = upload::read(body, max).await;
    let parsed = read.and_then(|bytes| upload::parse(&bytes, boundary));
    drop(reading);
    parsed
}

/// Longest name of a host, with its port.
const HOST_BYTES_MAX: usize = 260;

/// A form may only be sent from our own pages: browsers say where it came from. A client that says nothing is no
/// browser and carries nobody's cookie.
fn same_site(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    match (header("origin"), header("host")) {
        (None, _) => true,
        (Some(origin), Some(host)) => {
            origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
        }
        (Some(_), None) => false,
    }
}

/// The host the request names, where it is one that can stand on paper.
fn host(headers: &HeaderMap) -> &str {
    let named = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    if named.len() <= HOST_BYTES_MAX && named.bytes().all(plain) { named } else { "" }
}

fn answer(
    app: &App,
    route: &Route,
    head: &Parts,
    parts: Vec<(String, String)>,
    form: Fields,
    files: Vec<Upload>,
) -> Response {
    let mut parts = parts.into_iter().map(|(_, value)| value);
    let Some(lang) = parts.next().and_then(|code| Lang::from_code(&code)) else {
        return problem(app, head, &Problem::NotFound);
    };
    let query = match Fields::read(head.uri.query().unwrap_or_default()) {
        Ok(query) => query,
        Err(why) => return problem(app, head, &why),
    };
    let now = app.office.clock.now();
    let secret = cookie(&head.headers, session::COOKIE).to_owned();
    let account = match app.account(&secret, now) {
        Ok(account) => account,
        Err(error) => return problem(app, head, &Problem::Trouble(error)),
    };
    // A password for once opens one door: where another is chosen.
    let once = account.as_ref().is_some_and(|account| account.once) && route.need != Need::Nothing;
    let actor = account.map(|account| account.opened.actor);
    let reader = actor.as_ref().map(|actor| routes::reader(app, actor, Text::of(lang)));
    let ask = Ask {
        app,
        lang,
        path: path_after_language(head),
        parts: parts.collect(),
        query,
        form,
        files,
        actor,
        reader,
        secret,
        theme: Theme::from_word(cookie(&head.headers, "banli_theme")),
        host: host(&head.headers).to_owned(),
        address: address(head).to_string(),
        now,
    };
    let allowed = match (route.need, &ask.actor) {
        (Need::Nothing, _) | (Need::SignedIn, Some(_)) => Ok(()),
        (Need::May(capability), Some(actor)) if app.may(actor, capability) => Ok(()),
        (_, None) => Err(Problem::SignIn),
        (_, Some(_)) => Err(Problem::Forbidden),
    };
    if once && route.path != "/password" {
        return write(ask.see("/password"));
    }
    match allowed.and_then(|()| (route.handler)(&ask)) {
        Ok(reply) => write(reply),
        // Who is not signed in is asked to, and comes back to where they wanted to be.
        Err(Problem::SignIn) if head.method == Method::GET => {
            write(ask.see(&format!("/sign-in?back={}", crate::ask::encode(&ask.path))))
        }
        Err(why) => {
            if let Problem::Trouble(error) = &why {
                tracing::error!(path = route.path, "{error:#}");
            }
            page_of(&why, &ask.page())
        }
    }
}

fn write(reply: Reply) -> Response {
    match reply {
        Reply::Page(markup) => (StatusCode::OK, markup).into_response(),
        Reply::Refused(markup) => (StatusCode::UNPROCESSABLE_ENTITY, markup).into_response(),
        Reply::File { media, name, bytes } => {
            let named = crate::pages::case_scans::disposition(&media, &name);
            let headers = [
                (header::CONTENT_TYPE, media),
                (header::CONTENT_DISPOSITION, named),
                (header::CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
            ];
            (headers, [("cross-origin-resource-policy", "same-origin")], bytes).into_response()
        }
        Reply::Plain(kind, text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Reply::See { to, cookie } => {
            let mut response = StatusCode::SEE_OTHER.into_response();
            let headers = response.headers_mut();
            if let Ok(to) = HeaderValue::from_str(&to) {
                headers.insert(header::LOCATION, to);
            }
            if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
                headers.insert(header::SET_COOKIE, cookie);
            }
            response
        }
    }
}

/// The page of a problem that met the request before anybody was known.
fn problem(app: &App, head: &Parts, why: &Problem) -> Response {
    let path = head.uri.path();
    let lang = path.split('/').nth(1).and_then(Lang::from_code).unwrap_or_else(|| preferred(&head.headers));
    let page = Page {
        text: Text::of(lang),
        law: app.law(),
        now: app.office.clock.now(),
        path: "/",
        theme: Theme::from_word(cookie(&head.headers, "banli_theme")),
        reader: None,
        demo: app.office.demo.is_some(),
    };
    page_of(why, &page)
}

fn page_of(why: &Problem, page: &Page<'_>) -> Response {
    let status = StatusCode::from_u16(why.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, errors::show(page, why)).into_response()
}

fn path_after_language(head: &Parts) -> String {
    let path = head.uri.path().get(3..).unwrap_or("/");
    match head.uri.query() {
        Some(query) if !query.is_empty() => format!("{path}?{query}"),
        _ => path.to_owned(),
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    let cookies = headers.get(header::COOKIE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map_or("", |(_, value)| value)
}

fn address(head: &Parts) -> IpAddr {
    head.extensions.get::<ConnectInfo<Peer>>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.0.ip())
}

fn preferred(headers: &HeaderMap) -> Lang {
    Lang::preferred(
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default(),
    )
}

async fn landing(headers: HeaderMap) -> Response {
    write(Reply::See { to: format!("/{}/", preferred(&headers).code()), cookie: None })
}

async fn asset(Path((hash, name)): Path<(String, String)>) -> Response {
    match assets::get(&name) {
        Some((kind, data)) => {
            // An address with an old hash still answers, but is not kept.
            let keep =
                if hash == assets::hash(&name) { "public, max-age=31536000, immutable" } else { "no-cache" };
            ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], data.into_owned()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn healthz(State(app): State<Arc<App>>) -> Response {
    if let Some(why) = app.office.store.stopped() {
        return (StatusCode::SERVICE_UNAVAILABLE, format!("the store takes nothing more: {why}\n"))
            .into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "ok\n").into_response()
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let mut lines = String::new();
    for (class, count) in (2..).zip(&app.counters.answers) {
        lines.push_str(&format!(
            "banli_http_answers_total{{class=\"{class}xx\"}} {}\n",
            count.load(Ordering::Relaxed)
        ));
    }
    for pair in app.pairs.iter() {
        // Trouble reading shows as a store that answers nothing else either.
        let waiting =
            app.office.store.read(|reader| reader.unacknowledged(&pair.code, 1_000)).unwrap_or_default();
        lines.push_str(&format!(
            "banli_region_messages_waiting{{region=\"{}\"}} {}\n",
            pair.code,
            waiting.len()
        ));
    }
    lines.push_str(&format!("banli_bugs_total {}\n", app.counters.bugs.load(Ordering::Relaxed)));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], lines).into_response()
}

#[cfg(test)]
mod tests;
