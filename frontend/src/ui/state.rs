//! States: a small shape and a word, never colour alone. Also the dots, the stepper and the availability light.

use leptos::prelude::*;

use crate::ui::icon::Icon;

/// What a state means for the person who looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// ● all is well.
    Ok,
    /// ▲ waiting, or dated.
    Waiting,
    /// ■ somebody has to act.
    Blocking,
    /// ○ nothing yet.
    None,
    /// ● in the accent colour: work goes on.
    Running,
    /// ✓ finished; the word is muted.
    Finished,
}

impl Shape {
    /// The name in style sheets.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Waiting => "waiting",
            Self::Blocking => "blocking",
            Self::None => "none",
            Self::Running => "running",
            Self::Finished => "finished",
        }
    }
}

/// A state: shape and word.
#[component]
pub fn State(
    /// What it means.
    shape: Shape,
    /// What it is called.
    #[prop(into)]
    word: String,
) -> impl IntoView {
    view! {
        <span class="state" data-shape=shape.code()>
            <span class="shape" data-shape=shape.code() aria-hidden="true"></span>
            <span class="state-word">{word}</span>
        </span>
    }
}

/// A state among a row of steps: dots, then the word. `at` counts from 0; at the last step all dots are green.
#[component]
pub fn Dots(
    /// Which step is current.
    at: usize,
    /// How many there are.
    of: usize,
    /// What the current one is called.
    #[prop(into)]
    word: String,
) -> impl IntoView {
    let done = at + 1 >= of;
    let dots = (0..of)
        .map(|index| {
            let place = match index.cmp(&at) {
                std::cmp::Ordering::Less => "past",
                std::cmp::Ordering::Equal if done => "past",
                std::cmp::Ordering::Equal => "now",
                std::cmp::Ordering::Greater => "future",
            };
            view! { <i class="dot" data-at=place></i> }
        })
        .collect_view();
    view! {
        <span class="state">
            <span class="dots" data-done=done.then_some("") aria-hidden="true">{dots}</span>
            <span class="state-word" class:muted=done>{word}</span>
        </span>
    }
}

/// The steps of a record's life in its header.
#[component]
pub fn Stepper(
    /// What the steps are called.
    steps: Vec<String>,
    /// Which one is current, from 0; behind the last: all are past.
    at: usize,
) -> impl IntoView {
    let items = steps
        .into_iter()
        .enumerate()
        .map(|(index, word)| {
            let (place, current) = match index.cmp(&at) {
                std::cmp::Ordering::Less => ("past", None),
                std::cmp::Ordering::Equal => ("now", Some("step")),
                std::cmp::Ordering::Greater => ("future", None),
            };
            view! {
                <li class="step" data-at=place aria-current=current>
                    <span class="step-ring" aria-hidden="true">{(place == "past").then(|| view! { <Icon name="check" size=10/> })}</span>
                    <span>{word}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="stepper">{items}</ol> }
}

/// The light in a record's header: a state with the sentence that explains it, on a tint.
#[component]
pub fn Light(
    /// What it means.
    shape: Shape,
    /// The state's word.
    #[prop(into)]
    word: String,
    /// Until when, or because of what.
    #[prop(into, optional)]
    detail: String,
) -> impl IntoView {
    view! {
        <span class="light" data-shape=shape.code()>
            <State shape word/>
            {(!detail.is_empty()).then(|| view! { <span>{detail}</span> })}
        </span>
    }
}

/// A sentence across the page that must not be overlooked.
#[component]
pub fn Note(
    /// What it means.
    shape: Shape,
    /// What is the matter.
    #[prop(into)]
    title: String,
    /// More about it, and what to do.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="note" data-shape=shape.code() role="status">
            <span class="medium"><State shape word=title/></span>
            {children.map(|children| children())}
        </div>
    }
}
