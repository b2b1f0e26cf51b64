//! The frame around every page: head, bar, side, foot.

use crate::text::{Lang, Text};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use policy::Law;
use terms::{Day, Moment};

/// What every page knows besides its own content.
pub struct Page<'a> {
    /// The words.
    pub text: &'static Text,
    /// The law in force, for articles and the calendar.
    pub law: &'a Law,
    /// The office's now.
    pub now: Moment,
    /// The path after the language, with its query: where the language switch leads.
    pub path: &'a str,
    /// The theme chosen by cookie.
    pub theme: Theme,
    /// Who is signed in.
    pub reader: Option<&'a Reader>,
    /// This is a demo office with invented people.
    pub demo: bool,
}

/// Light, dark, or what the system says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The value of cookie and attribute.
    pub fn word(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The theme of this word; the system's for any other.
    pub fn from_word(word: &str) -> Theme {
        [Theme::Light, Theme::Dark].into_iter().find(|theme| theme.word() == word).unwrap_or_default()
    }

    fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Dark,
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::System,
        }
    }
}

/// Who reads the page, as the frame shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    /// The name.
    pub name: String,
    /// What they are here, in words.
    pub roles: String,
    /// The pages they may go to; none for a person of the public.
    pub nav: Vec<NavItem>,
}

/// One entry of the side navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NavItem {
    /// Path after the language.
    pub path: String,
    /// Key of its words.
    pub key: &'static str,
    /// The letter that leads there after `g`.
    pub letter: char,
    /// How many wait there, where that is known.
    pub count: Option<usize>,
}

/// How a page is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// For the public: one column, large.
    Public,
    /// For the public, with room for tables and pictures.
    PublicWide,
    /// For desks: dense, with side navigation.
    Desk,
}

/// A step of the way to this page: path after the language, and words.
pub type Crumb<'a> = (&'a str, String);

impl Page<'_> {
    /// The office's day.
    pub fn today(&self) -> Day {
        self.now.day()
    }

    /// The address of this path in the page's language.
    pub fn link(&self, path: &str) -> String {
        format!("/{}{path}", self.text.lang().code())
    }

    fn link_in(&self, lang: Lang) -> String {
        format!("/{}{}", lang.code(), self.path)
    }
}

const MARK: &str = include_str!("../../../assets/mark.svg");

/// A whole page. `title` is its heading; `crumbs` lead to it; `beside` stands at the right of the heading.
pub fn frame(
    page: &Page<'_>,
    shape: Shape,
    title: &str,
    crumbs: &[Crumb<'_>],
    beside: &Markup,
    content: &Markup,
) -> Markup {
    let text = page.text;
    let desk = shape == Shape::Desk;
    let content = html! {
        main id="main" tabindex="-1" class=[(shape == Shape::PublicWide).then_some("wide")] {
            @if !crumbs.is_empty() {
                nav.crumbs aria-label=(text.say("crumbs")) {
                    ol {
                        @for (path, words) in crumbs { li { a href=(page.link(path)) { (words) } } }
                    }
                }
            }
            div.titles { h1 { (title) } div { (beside) } }
            (content)
            p.print-only.small { (text.with("print-foot", &[("when", text.moment(page.now).into()), ("address", page.link(page.path).into())])) }
        }
    };
    html! {
        (DOCTYPE)
        html lang=(text.lang().tag()) class=(if desk { "desk" } else { "public" })
            data-theme=[(page.theme != Theme::System).then_some(page.theme.word())] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – " (text.say("brand")) }
                link rel="icon" href=(asset("mark.svg")) type="image/svg+xml";
                link rel="stylesheet" href=(asset("banli.css"));
                link rel="alternate" hreflang=(text.lang().other().tag()) href=(page.link_in(text.lang().other()));
                script src=(asset("keys.js")) defer {}
            }
            body {
                a.skip href="#main" { (text.say("skip")) }
                (bar(page, desk))
                @if page.demo { aside.demo aria-label=(text.say("demo-note")) { (text.say("demo-note")) } }
                @if desk { div.frame { (side(page)) (content) } } @else { (content) }
                (foot(page))
            }
        }
    }
}

/// The address of a file of `assets/`, with its hash, so that browsers may keep it for ever.
pub fn asset(name: &str) -> String {
    format!("/assets/{}/{name}", crate::pages::assets::hash(name))
}

fn bar(page: &Page<'_>, desk: bool) -> Markup {
    let text = page.text;
    let home = if page.reader.is_some() { "/home" } else { "/" };
    html! {
        header.top {
            a.brand href=(page.link(home)) { (PreEscaped(MARK)) (text.say("brand")) " " span { (text.say("brand-office")) } }
            @if desk {
                form.find role="search" action=(page.link("/search")) method="get" {
                    label.visually-hidden for="find" { (text.say("find-label")) }
                    input id="find" name="q" type="search" maxlength="60" autocomplete="off" placeholder=(text.say("find-hint"))
                        aria-keyshortcuts="/";
                    button.quiet type="submit" { (text.say("find")) }
                }
            } @else {
                nav aria-label=(text.say("nav-main")) {
                    ul {
                        @for (path, key) in [("/precheck", "nav-precheck"), ("/status", "nav-status"), ("/notices", "nav-notices"), ("/providers", "nav-providers"), ("/law", "nav-law")] {
                            li { a href=(page.link(path)) aria-current=[current(page, path)] { (text.say(key)) } }
                        }
                    }
                }
            }
            div.tools {
                @let other = text.lang().other();
                a href=(page.link_in(other)) lang=(other.tag()) hreflang=(other.tag()) { (Text::of(other).say("language")) }
                form method="post" action=(page.link("/theme")) {
                    input type="hidden" name="back" value=(page.path);
                    button type="submit" name="theme" value=(page.theme.next().word()) { (text.say(match page.theme.next() { Theme::Dark => "theme-dark", Theme::Light => "theme-light", Theme::System => "theme-system" })) }
                }
                @if let Some(reader) = page.reader {
                    a.who href=(page.link("/password")) title=(text.say("nav-password")) { (reader.name) " · " (reader.roles) }
                    form method="post" action=(page.link("/sign-out")) { button type="submit" { (text.say("sign-out")) } }
                } @else {
                    a href=(page.link("/sign-in")) { (text.say("sign-in")) }
                }
            }
        }
    }
}

/// `page` where this path is the one shown, `true` where it lies above it.
fn current(page: &Page<'_>, path: &str) -> Option<&'static str> {
    let shown = page.path.split('?').next().unwrap_or_default();
    if shown == path {
        Some("page")
    } else {
        shown.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')).then_some("true")
    }
}

fn side(page: &Page<'_>) -> Markup {
    let text = page.text;
    let items = page.reader.map(|reader| reader.nav.as_slice()).unwrap_or_default();
    // Of two items on the way to a page the nearer one is where one is.
    let nearest =
        items.iter().filter(|item| current(page, &item.path).is_some()).map(|item| item.path.len()).max();
    let here = |item: &NavItem| current(page, &item.path).filter(|_| Some(item.path.len()) == nearest);
    html! {
        nav.side id="nav" aria-label=(text.say("nav-main")) {
            ul {
                @for item in items {
                    li {
                        a href=(page.link(&item.path)) data-key=(item.letter) aria-current=[here(item)] {
                            (text.say(item.key))
                            @if let Some(count) = item.count { span.count { (count) } }
                        }
                    }
                }
            }
        }
    }
}

fn foot(page: &Page<'_>) -> Markup {
    let text = page.text;
    html! {
        footer.foot {
            span { (text.say("foot-about")) }
            span { (text.with("foot-law", &[("pack", text.name(&page.law.pack().name).into()), ("hash", page.law.hash().get(..12).unwrap_or_default().into())])) }
            span.end { (text.with("foot-now", &[("when", text.moment(page.now).into())])) }
        }
    }
}
