//! What the demo prints: on a terminal with colours and a foot that is drawn anew while something is waited for,
//! elsewhere plain lines that are only ever appended.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{IsTerminal, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where the demo prints to.
pub struct Screen {
    is_terminal: bool,
    has_colours: bool,
}

impl Screen {
    /// Standard output, as it is.
    pub fn open() -> Self {
        Self { is_terminal: stdout().is_terminal(), has_colours: AutoStream::choice(&stdout()) != ColorChoice::Never }
    }

    /// The heading of a step.
    pub fn heading(&self, number: usize, title: &str) {
        self.title(&format!("{number}  {title}"));
    }

    /// A heading without a number.
    pub fn title(&self, title: &str) {
        self.print(&format!("\n{}", bold(title)));
    }

    /// Text, a little indented.
    pub fn say(&self, text: &str) {
        self.print(&indented(text));
    }

    /// That the user ended the demo.
    pub fn interrupted(&self, status: u8) -> ExitCode {
        self.print("\ninterrupted: stopping whatever runs");
        ExitCode::from(status)
    }

    /// Says what is waited for until the answer is done with.
    pub fn wait(&self, what: impl Display) -> Waiting<'_> {
        let what = what.to_string();
        let foot = self.is_terminal.then(foot);
        match &foot {
            Some(foot) => foot.set_prefix(what.clone()),
            None => self.say(&format!("… {what}")),
        }
        Waiting { screen: self, what, start: Instant::now(), foot }
    }

    fn print(&self, text: &str) {
        anstream::println!("{}", self.painted(text));
    }

    fn painted<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.has_colours { Cow::Borrowed(text) } else { Cow::Owned(strip_str(text).to_string()) }
    }
}

/// Something that is waited for.
pub struct Waiting<'a> {
    screen: &'a Screen,
    what: String,
    start: Instant,
    foot: Option<ProgressBar>,
}

impl Waiting<'_> {
    /// Shows how things stand: in the place of what was shown before, or where there is no such place the lines of
    /// `news`, which are those that differ from before.
    pub fn show(&self, picture: &str, news: &[String]) {
        match &self.foot {
            Some(foot) => foot.set_message(format!("\n{}", self.screen.painted(&indented(picture)))),
            None => news.iter().for_each(|line| self.screen.say(&format!("  {line}"))),
        }
    }

    /// Text that stays.
    pub fn say(&self, text: &str) {
        match &self.foot {
            Some(foot) => foot.println(self.screen.painted(&indented(text))),
            None => self.screen.say(text),
        }
    }

    fn clear(&mut self) {
        if let Some(foot) = self.foot.take() {
            foot.finish_and_clear();
        }
    }

    /// It is there: says so, with the time since the waiting began.
    pub fn done(self) {
        let time = self.start.elapsed();
        self.done_after(time);
    }

    /// The same, with the time that it really took.
    pub fn done_after(mut self, time: Duration) {
        self.clear();
        self.screen.say(&format!("{} {} {}", green("✓"), self.what, dim(&format!("({})", seconds(time)))));
    }
}

/// Says what ended the demo before its end.
pub fn complain(message: &str) {
    anstream::eprintln!("\n{} {message}", red("the demo failed:"));
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

fn foot() -> ProgressBar {
    let foot = ProgressBar::with_draw_target(None, ProgressDrawTarget::stdout());
    let style = ProgressStyle::with_template("  {spinner} {prefix} {elapsed}{msg}");
    foot.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
    foot.enable_steady_tick(Duration::from_millis(100));
    foot
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// A time as people read it.
pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 { format!("{:.2} s", time.as_secs_f64()) } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

/// What matters.
pub fn bold(text: &str) -> String {
    painted("1", text)
}

/// What matters less.
pub fn dim(text: &str) -> String {
    painted("2", text)
}

/// Each line in a colour of its own, so that none runs into the next.
pub fn dim_lines(text: &str) -> String {
    text.lines().map(dim).collect::<Vec<_>>().join("\n")
}

/// What is as it should be.
pub fn green(text: &str) -> String {
    painted("32", text)
}

/// What is on its way, or should be looked at.
pub fn yellow(text: &str) -> String {
    painted("33", text)
}

/// What is wrong.
pub fn red(text: &str) -> String {
    painted("31", text)
}

fn painted(code: &str, text: &str) -> String {
    format!("\x1b[{code}m{text}\x1b[0m")
}
