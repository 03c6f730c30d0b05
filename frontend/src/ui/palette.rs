//! The command palette (Ctrl/Cmd-K): pages, records by code or name, commands.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::manufacturing_orders::{ListManufacturingOrders, ManufacturingOrderRow};
use mrp_api::products::{ListProducts, ProductView};
use mrp_api::work_centers::{ListWorkCenters, WorkCenterView};

use crate::i18n::{Language, fold_cedilla, text};
use crate::links::{Noun, Place};
use crate::session::{self, Theme};
use crate::ui::icon::Icon;
use crate::ui::shell::{nav_icon, nav_label, places, settings_place};
use crate::ui::shortcuts::shortcut;
use crate::{api, history};

/// Records of one noun that are offered.
const RECORDS_MAX: &str = "5";

/// One thing to choose.
#[derive(Clone)]
struct Entry {
    label: String,
    note: String,
    icon: &'static str,
    act: Callback<()>,
}

impl Entry {
    fn link(label: impl Into<String>, note: impl Into<String>, icon: &'static str, href: String) -> Self {
        Self { label: label.into(), note: note.into(), icon, act: Callback::new(move |()| history::go(&href)) }
    }

    fn command(
        label: impl Into<String>,
        note: impl Into<String>,
        icon: &'static str,
        act: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self { label: label.into(), note: note.into(), icon, act: Callback::new(move |()| act()) }
    }
}

/// The palette; once, in the frame. `open` opens it.
#[component]
pub fn Palette(
    /// Whether it is open.
    open: RwSignal<bool>,
) -> impl IntoView {
    shortcut("ctrl+k", text::shell::palette(), move || open.set(true));
    let element = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let typed = RwSignal::new(String::new());
    let records = RwSignal::new(Vec::<Entry>::new());
    let at = RwSignal::new(0_usize);
    let turn = StoredValue::new(0_u64);
    Effect::new(move |_| {
        if let Some(dialog) = element.get() {
            if open.get() {
                typed.set(String::new());
                records.set(Vec::new());
                at.set(0);
                if !dialog.open() {
                    let _already_open = dialog.show_modal();
                }
                if let Some(input) = input.get_untracked() {
                    input.set_value("");
                    let _gone = input.focus();
                }
            } else {
                dialog.close();
            }
        }
    });
    let look_up = move |words: String| {
        let now = turn.get_value() + 1;
        turn.set_value(now);
        spawn_local(async move {
            gloo_timers::future::TimeoutFuture::new(140).await;
            if turn.try_get_value() == Some(now) {
                let found = if words.chars().count() < 2 { Vec::new() } else { find_records(&words).await };
                if turn.try_get_value() == Some(now) {
                    records.set(found);
                }
            }
        });
    };
    let groups = Memo::new_with_compare(
        move |_| {
            let words = typed.with(|typed| plain(typed));
            let fits = |entry: &Entry| words.split_whitespace().all(|word| plain(&entry.label).contains(word));
            let pages = pages().into_iter().filter(fits).collect::<Vec<_>>();
            let commands = commands().into_iter().filter(fits).collect::<Vec<_>>();
            vec![
                (text::shell::palette_pages(), pages),
                (text::shell::palette_records(), records.get()),
                (text::shell::palette_commands(), commands),
            ]
        },
        |_, _| true,
    );
    let all = move || groups.with(|groups| groups.iter().flat_map(|(_, entries)| entries.clone()).collect::<Vec<_>>());
    let choose = move |entry: Entry| {
        open.set(false);
        entry.act.run(());
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        let entries = untrack(all);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(entries.len().saturating_sub(1))),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => {
                if let Some(entry) = entries.get(at.get_untracked()) {
                    choose(entry.clone());
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let list = move || {
        let mut index = 0;
        let drawn = groups
            .get()
            .into_iter()
            .filter(|(_, entries)| !entries.is_empty())
            .map(|(title, entries)| {
                let rows = entries
                    .into_iter()
                    .map(|entry| {
                        let here = index;
                        index += 1;
                        row(entry, here, at, Callback::new(choose))
                    })
                    .collect_view();
                view! { <div role="group" aria-label=title><h3 aria-hidden="true">{title}</h3>{rows}</div> }
            })
            .collect_view();
        if index == 0 {
            return view! { <p class="combo-none">{text::shell::palette_nothing()}</p> }.into_any();
        }
        drawn.into_any()
    };
    view! {
        <dialog node_ref=element class="dialog palette" aria-label=text::shell::palette() on:close=move |_| { open.try_set(false); }>
            <div class="palette-input">
                <Icon name="search"/>
                <input
                    node_ref=input
                    type="text"
                    role="combobox"
                    aria-expanded="true"
                    aria-controls="palette-list"
                    aria-activedescendant=move || format!("palette-{}", at.get())
                    aria-label=text::shell::palette_hint()
                    placeholder=text::shell::palette_hint()
                    autocomplete="off"
                    on:input=move |event| {
                        let words = event_target_value(&event);
                        typed.set(words.clone());
                        at.set(0);
                        look_up(words.trim().to_owned());
                    }
                    on:keydown=keys
                />
                <kbd>"Esc"</kbd>
            </div>
            <div class="palette-list" id="palette-list" role="listbox" aria-label=text::shell::palette()>
                <Show when=move || open.get()>{list}</Show>
            </div>
        </dialog>
    }
}

fn row(entry: Entry, index: usize, at: RwSignal<usize>, choose: Callback<Entry>) -> impl IntoView {
    let (label, note, icon) = (entry.label.clone(), entry.note.clone(), entry.icon);
    view! {
        <div
            class="menu-item"
            role="option"
            id=format!("palette-{index}")
            aria-selected=move || if at.get() == index { "true" } else { "false" }
            on:mousemove=move |_| if at.get_untracked() != index { at.set(index) }
            on:click=move |_| choose.run(entry.clone())
        >
            <Icon name=icon/>
            <span class="ellipsis">{label}</span>
            <span class="muted">{note}</span>
        </div>
    }
}

fn pages() -> Vec<Entry> {
    let page = |place: &Place| Entry::link(nav_label(place), "", nav_icon(place), place.href());
    places().into_iter().flatten().chain([settings_place()]).map(|place| page(&place)).collect()
}

fn commands() -> Vec<Entry> {
    let mut all = Vec::new();
    let new_orders = session::may_call::<mrp_api::manufacturing_orders::CreateManufacturingOrder>();
    let new = [
        (new_orders, Noun::ManufacturingOrders),
        (session::may_call::<mrp_api::products::CreateProduct>(), Noun::Products),
        (session::may_call::<mrp_api::work_centers::CreateWorkCenter>(), Noun::WorkCenters),
    ];
    for (_, noun) in new.into_iter().filter(|(may, _)| *may) {
        let label = text::shell::new_of(&nav_label(&Place::List(noun)));
        all.push(Entry::link(label, "", "plus", noun.new_record()));
    }
    for theme in Theme::ALL {
        let label = format!("{}: {}", text::shell::theme(), theme_name(theme));
        all.push(Entry::command(label, "", "sun", move || session::choose_theme(theme)));
    }
    for language in Language::ALL {
        let label = format!("{}: {}", text::shell::language(), language.name());
        all.push(Entry::command(label, language.code().to_uppercase(), "settings", move || {
            session::choose_language(language)
        }));
    }
    all.push(Entry::command(text::shell::log_out(), "", "users", || spawn_local(session::end())));
    all
}

/// The theme's name in the person's language.
#[must_use]
pub fn theme_name(theme: Theme) -> &'static str {
    match theme {
        Theme::System => text::shell::theme_system(),
        Theme::Light => text::shell::theme_light(),
        Theme::Dark => text::shell::theme_dark(),
    }
}

async fn find_records(words: &str) -> Vec<Entry> {
    let words = fold_cedilla(words);
    let ask = [("q".to_owned(), words), ("limit".to_owned(), RECORDS_MAX.to_owned())];
    let mut found = Vec::new();
    if let Ok(page) = api::get_list::<ListManufacturingOrders>(&ask).await {
        found.extend(page.items.into_iter().map(|row: ManufacturingOrderRow| {
            let label = format!("{} {}", row.number, row.product_name);
            Entry::link(label, "", "order", Noun::ManufacturingOrders.record(row.id))
        }));
    }
    if let Ok(page) = api::get_list::<ListProducts>(&ask).await {
        found.extend(
            page.items
                .into_iter()
                .map(|row: ProductView| Entry::link(row.name, row.code, "product", Noun::Products.record(row.id))),
        );
    }
    if let Ok(page) = api::get_list::<ListWorkCenters>(&ask).await {
        found.extend(
            page.items
                .into_iter()
                .map(|row: WorkCenterView| Entry::link(row.name, row.code, "center", Noun::WorkCenters.record(row.id))),
        );
    }
    found
}

/// Lower case without Romanian marks, so that "sudura" finds "Sudură".
fn plain(text: &str) -> String {
    fold_cedilla(text)
        .to_lowercase()
        .chars()
        .map(|letter| match letter {
            'ă' | 'â' => 'a',
            'î' => 'i',
            'ș' => 's',
            'ț' => 't',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_without_marks_finds_words_with_marks() {
        assert_eq!(plain("Sudură, Țeavă"), "sudura, teava");
    }
}
