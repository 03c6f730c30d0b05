//! Buttons. One primary button a screen; a disabled one keeps its place with its reason beside it.

use leptos::prelude::*;

use crate::ui::icon::Icon;

/// How loud a button is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The one that matters here.
    Primary,
    /// Any other.
    #[default]
    Secondary,
    /// Without a border.
    Ghost,
    /// Destroys something.
    Danger,
}

impl Look {
    const fn code(self) -> &'static str {
        match self {
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Ghost => "ghost",
            Self::Danger => "danger",
        }
    }
}

/// A button. With a `reason` it is disabled and says why.
#[component]
pub fn Button(
    /// What it does, as a verb.
    #[prop(into)]
    label: Signal<String>,
    /// What happens.
    #[prop(into)]
    on_press: Callback<()>,
    /// How loud it is.
    #[prop(optional)]
    look: Look,
    /// An icon in front of the label.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The key that does the same, shown as a key cap.
    #[prop(optional)]
    key: Option<&'static str>,
    /// Why it cannot be pressed now.
    #[prop(optional, into)]
    reason: Signal<Option<String>>,
    /// Whether it is at work.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// 24 instead of 28 pixels high.
    #[prop(optional)]
    small: bool,
    /// Only the icon; the label is for screen readers.
    #[prop(optional)]
    icon_only: bool,
) -> impl IntoView {
    let blocked = move || reason.with(Option::is_some) || busy.get();
    let press = move |_| {
        if !reason.with_untracked(Option::is_some) && !busy.get_untracked() {
            on_press.run(());
        }
    };
    view! {
        <span class="button-line">
            {move || reason.get().map(|why| view! { <span class="reason">{why}</span> })}
            <button
                type="button"
                class="button"
                data-look=look.code()
                data-size=small.then_some("small")
                data-square=icon_only.then_some("")
                aria-disabled=move || blocked().then_some("true")
                aria-busy=move || busy.get().then_some("true")
                aria-label=move || icon_only.then(|| label.get())
                title=move || icon_only.then(|| label.get())
                on:click=press
            >
                {icon.map(|name| view! { <Icon name size=14/> })}
                {(!icon_only).then(|| view! { <span>{move || label.get()}</span> })}
                {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
            </button>
        </span>
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// What it does.
    #[prop(into)]
    label: String,
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How loud it is.
    #[prop(optional)]
    look: Look,
    /// An icon in front of the label.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The key that does the same.
    #[prop(optional)]
    key: Option<&'static str>,
) -> impl IntoView {
    view! {
        <a class="button" data-look=look.code() href=href>
            {icon.map(|name| view! { <Icon name size=14/> })}
            <span>{label}</span>
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </a>
    }
}

/// Key caps with what they do, for footers.
#[component]
pub fn Keys(
    /// The caps.
    keys: Vec<&'static str>,
    /// What they do.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <span class="footer-key">
            <span class="keys">{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</span>
            {label}
        </span>
    }
}
