//! Logging in. Afterwards one is where one wanted to go.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::endpoint::Empty;
use mrp_api::sessions::{LogIn, LoginInput};

use crate::i18n::{Language, language, text};
use crate::links::Place;
use crate::ui::page::set_crumbs;
use crate::{api, history, session};

/// The page.
#[must_use]
pub fn login_page() -> AnyView {
    set_crumbs(vec![(text::login::title().to_owned(), None)]);
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        error.set(None);
        let body = LoginInput { login: login.get_untracked().trim().to_owned(), password: password.get_untracked() };
        spawn_local(async move {
            let answer = api::send::<LogIn>(&Empty {}, None, &body).await;
            busy.set(false);
            match answer {
                Ok(view) => {
                    let next = untrack(|| history::parameter("next").get());
                    session::begin(view);
                    history::replace(&next.filter(|next| is_ours(next)).unwrap_or_else(|| Place::Dashboard.href()));
                }
                Err(failure) => error.set(Some(failure.message())),
            }
        });
    };
    let input = move |id: &'static str,
                      label: &'static str,
                      kind: &'static str,
                      fill: &'static str,
                      value: RwSignal<String>| {
        view! {
            <div class="field">
                <label class="field-label" for=id>{label}</label>
                <input
                    class="control"
                    id=id
                    name=id
                    type=kind
                    autocomplete=fill
                    autofocus={id == "login"}
                    required
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby="login-error"
                    prop:value=move || value.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </div>
        }
    };
    let languages = Language::ALL
        .into_iter()
        .map(|one| {
            let current = (one == language()).then_some("true");
            view! { <button type="button" lang=one.code() aria-pressed=current class:strong=current.is_some() on:click=move |_| session::choose_language(one)>{one.name()}</button> }
        })
        .collect_view();
    view! {
        <main class="login">
            <form class="login-card" on:submit=submit>
                <h1>{text::login::title()}</h1>
                {input("login", text::login::login(), "text", "username", login)}
                {input("password", text::login::password(), "password", "current-password", password)}
                <div id="login-error" role="alert">
                    {move || error.get().map(|error| view! { <span class="field-error"><span class="shape" data-shape="blocking" aria-hidden="true"></span>{error}</span> })}
                </div>
                <button type="submit" class="button" data-look="primary" aria-busy=move || busy.get().then_some("true")>{text::login::submit()}</button>
                <p class="demo-logins">{text::login::demo_hint()}</p>
                <div class="login-foot">{languages}</div>
            </form>
        </main>
    }
    .into_any()
}

/// Only addresses of the office: nobody may send a person elsewhere through a link to the log-in page.
fn is_ours(next: &str) -> bool {
    let path = next.split('?').next().unwrap_or_default();
    next.starts_with('/') && !next.starts_with("//") && Place::parse(path) != Place::Unknown
}
