//! Files of a record, wherever they are shown: thumbnails that open large, added by choosing or dropping, put first, removed.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use mrp_api::attachments::{
    AddOperationAttachment, AddProductAttachment, AttachmentInput, AttachmentView, AttachmentsView,
    DeleteOperationAttachment, DeleteProductAttachment, GetAttachmentFile, GetWorkOrderAttachmentFile,
    ListProductAttachments, ListRoutingAttachments, ListWorkOrderAttachments, OperationPath, ProductAttachmentPath,
    PutOperationAttachmentFirst, PutProductAttachmentFirst, RoutingAttachmentPath, WorkOrderAttachmentPath,
};
use mrp_api::endpoint::{Empty, Endpoint, IdPath};
use mrp_domain::attachment::ATTACHMENT_BYTES_MAX;
use mrp_domain::ids::{AttachmentId, OperationId, ProductId, RoutingId, WorkOrderId};

use crate::api::{self, Answer};
use crate::i18n::text::{self, attachments as t};
use crate::ui::button::{Button, Look};
use crate::ui::dialog::{Confirm, Dialog};
use crate::ui::{file, toast};
use crate::{format, live, session};

/// Whose files a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A product's.
    Product(ProductId),
    /// Those of all operations of a routing.
    Routing(RoutingId),
    /// Those of a work order's operation, for reading only.
    WorkOrder(WorkOrderId),
}

/// What one list of files belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A product.
    Product(ProductId),
    /// An operation of the routing that the page shows.
    Operation(OperationId),
}

impl Owner {
    fn has(self, file: &AttachmentView) -> bool {
        match self {
            Self::Product(id) => file.product_id == Some(id),
            Self::Operation(id) => file.operation_id == Some(id),
        }
    }
}

/// The files of a place, read again when any of them changes.
#[derive(Clone, Copy)]
pub struct Attachments {
    place: Option<Place>,
    items: RwSignal<Vec<AttachmentView>>,
    opened: RwSignal<Option<AttachmentView>>,
}

impl Attachments {
    /// Those of a place; a record that is not stored yet has none.
    #[must_use]
    pub fn new(place: Option<Place>) -> Self {
        let files = Self { place, items: RwSignal::new(Vec::new()), opened: RwSignal::new(None) };
        let revision = live::revision("attachment".to_owned());
        Effect::new(move |_| {
            revision.track();
            files.load();
        });
        files
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        self.items.with(Vec::len)
    }

    fn load(self) {
        spawn_local(async move {
            let answer: Answer<AttachmentsView> = match self.place {
                Some(Place::Product(id)) => api::get::<ListProductAttachments>(&IdPath { id }, &Empty {}).await,
                Some(Place::Routing(id)) => api::get::<ListRoutingAttachments>(&IdPath { id }, &Empty {}).await,
                Some(Place::WorkOrder(id)) => api::get::<ListWorkOrderAttachments>(&IdPath { id }, &Empty {}).await,
                None => return,
            };
            if let Ok(answer) = answer {
                self.items.try_set(answer.items);
            }
        });
    }

    /// Where the bytes are. They never change under one id.
    fn href(self, attachment_id: AttachmentId) -> String {
        match self.place {
            Some(Place::WorkOrder(id)) => {
                GetWorkOrderAttachmentFile::href(&WorkOrderAttachmentPath { id, attachment_id }, &Empty {})
            }
            _ => GetAttachmentFile::href(&IdPath { id: attachment_id }, &Empty {}),
        }
    }

    async fn add(self, owner: Owner, body: AttachmentInput) -> Answer<AttachmentView> {
        match (owner, self.place) {
            (Owner::Operation(operation_id), Some(Place::Routing(id))) => {
                api::send::<AddOperationAttachment>(&OperationPath { id, operation_id }, None, &body).await
            }
            (Owner::Product(id), _) => api::send::<AddProductAttachment>(&IdPath { id }, None, &body).await,
            (Owner::Operation(_), _) => Err(api::Failure::Unreadable(String::new())),
        }
    }

    fn put_first(self, file: &AttachmentView) {
        let (attachment_id, version, place) = (file.id, Some(file.version), self.place);
        spawn_local(async move {
            let answer = match place {
                Some(Place::Product(id)) => {
                    let path = ProductAttachmentPath { id, attachment_id };
                    api::send::<PutProductAttachmentFirst>(&path, version, &Empty {}).await
                }
                Some(Place::Routing(id)) => {
                    let path = RoutingAttachmentPath { id, attachment_id };
                    api::send::<PutOperationAttachmentFirst>(&path, version, &Empty {}).await
                }
                Some(Place::WorkOrder(_)) | None => return,
            };
            self.settled(answer.map(|_| None));
        });
    }

    fn remove(self, file: &AttachmentView) {
        let (attachment_id, version, place) = (file.id, Some(file.version), self.place);
        let name = file.file_name.clone();
        spawn_local(async move {
            let answer = match place {
                Some(Place::Product(id)) => {
                    let path = ProductAttachmentPath { id, attachment_id };
                    api::send::<DeleteProductAttachment>(&path, version, &Empty {}).await
                }
                Some(Place::Routing(id)) => {
                    let path = RoutingAttachmentPath { id, attachment_id };
                    api::send::<DeleteOperationAttachment>(&path, version, &Empty {}).await
                }
                Some(Place::WorkOrder(_)) | None => return,
            };
            self.settled(answer.map(|_| Some(t::removed(&name))));
        });
    }

    fn settled(self, answer: Answer<Option<String>>) {
        match answer {
            Ok(Some(said)) => toast::done(said),
            Ok(None) => {}
            Err(failure) => toast::failed(&failure),
        }
        self.load();
    }
}

/// The files of one owner, with everything to do with them.
#[component]
pub fn AttachmentList(
    /// The page's files.
    files: Attachments,
    /// Whose of them.
    owner: Owner,
    /// Nothing can be changed.
    read_only: bool,
) -> impl IntoView {
    let may = !read_only
        && match owner {
            Owner::Product(_) => session::may_call::<AddProductAttachment>(),
            Owner::Operation(_) => session::may_call::<AddOperationAttachment>(),
        };
    let own = Memo::new(move |_| {
        files.items.with(|all| all.iter().filter(|one| owner.has(one)).cloned().collect::<Vec<_>>())
    });
    let is_over = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let dropped = move |event: web_sys::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        if let Some(chosen) = event.data_transfer().and_then(|carried| carried.files()).filter(|_| may) {
            send(files, owner, &chosen, busy, None);
        }
    };
    view! {
        <div
            class="files"
            data-kind=match owner { Owner::Product(_) => "product", Owner::Operation(_) => "operation" }
            data-over=move || (may && is_over.get()).then_some("")
            on:dragover=move |event| { event.prevent_default(); is_over.set(true); }
            on:dragleave=move |_| is_over.set(false)
            on:drop=dropped
        >
            <ul class="file-list">
                <For each=move || own.get().into_iter().enumerate() key=|(place, one)| (one.id, one.version, *place) let((place, one))>
                    <li class="file">
                        <Thumbnail files one=one.clone()/>
                        {may.then(|| view! { <Tools files one place/> })}
                    </li>
                </For>
            </ul>
            {may.then(|| view! { <Adding files owner own busy/> })}
            {(!may).then(|| view! { <Show when=move || own.with(Vec::is_empty)><span class="muted small">{t::none()}</span></Show> })}
        </div>
        <Opened files owner/>
    }
}

/// Choosing files; a product's first picture can be replaced.
#[component]
fn Adding(files: Attachments, owner: Owner, own: Memo<Vec<AttachmentView>>, busy: RwSignal<bool>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let replaces = RwSignal::new(None::<AttachmentId>);
    let choose = move |which: Option<AttachmentId>| {
        replaces.set(which);
        if let Some(input) = input.get_untracked() {
            input.set_value("");
            input.click();
        }
    };
    let chosen = move |_| {
        if let Some(chosen) = input.get_untracked().and_then(|input| input.files()) {
            send(files, owner, &chosen, busy, replaces.get_untracked());
        }
    };
    let is_product = matches!(owner, Owner::Product(_));
    let (label, limits, accept) = if is_product {
        (t::add_picture(), t::limits_picture(), "image/png,image/jpeg,image/webp,image/gif")
    } else {
        (t::add(), t::limits(), "image/png,image/jpeg,image/webp,image/gif,application/pdf")
    };
    let first = move || own.with(|own| own.first().map(|one| one.id)).filter(|_| is_product);
    view! {
        <div class="file-add">
            <input node_ref=input type="file" hidden aria-label=label multiple accept=accept on:change=chosen/>
            <Button label icon="upload" small=true busy on_press=move |()| choose(None)/>
            <Show when=move || first().is_some()>
                <Button label=t::replace() look=Look::Ghost small=true busy on_press=move |()| choose(first())/>
            </Show>
            <span class="muted small" title=limits>{t::drop()}</span>
        </div>
    }
}

/// Sends files one after the other, so that they keep their order.
fn send(
    files: Attachments,
    owner: Owner,
    chosen: &web_sys::FileList,
    busy: RwSignal<bool>,
    replaces: Option<AttachmentId>,
) {
    let all = (0..chosen.length()).filter_map(|place| chosen.get(place)).collect::<Vec<_>>();
    busy.set(true);
    spawn_local(async move {
        let mut replaces = replaces;
        for one in all {
            let Some(bytes) = file::read(&one).await else { continue };
            if bytes.len() > ATTACHMENT_BYTES_MAX {
                toast::refused(format!("{} {}", one.name(), text::errors::attachment_too_large()));
                continue;
            }
            let body = AttachmentInput {
                file_name: one.name(),
                content_base64: file::base64(&bytes),
                replaces: replaces.take(),
            };
            let answer = files.add(owner, body).await;
            files.settled(answer.map(|made| Some(t::added(&made.file_name))));
        }
        busy.try_set(false);
    });
}

/// A picture that opens large, or a document that opens in a window of its own.
#[component]
fn Thumbnail(files: Attachments, one: AttachmentView) -> impl IntoView {
    let href = files.href(one.id);
    let label = t::open(&one.file_name);
    let by = t::by(&one.created_by_name, &format::moment(one.created_at));
    let title = format!("{}\n{by}", one.file_name);
    let name = one.file_name.clone();
    if one.content_type.is_picture() {
        let open = move |_| files.opened.set(Some(one.clone()));
        view! {
            <button type="button" class="file-open" title=title aria-label=label on:click=open>
                <img src=href alt="" loading="lazy"/>
            </button>
        }
        .into_any()
    } else {
        view! {
            <a class="file-open" data-kind="document" href=href target="_blank" rel="noopener" title=title aria-label=label>
                <b>"PDF"</b><span class="ellipsis">{name}</span>
            </a>
        }
        .into_any()
    }
}

#[component]
fn Tools(files: Attachments, one: AttachmentView, place: usize) -> impl IntoView {
    let asking = RwSignal::new(false);
    let (name, first, removed) = (one.file_name.clone(), one.clone(), one);
    let question = t::remove_ask(&name);
    view! {
        <div class="file-tools">
            {(place > 0).then(|| view! {
                <Button label=t::first(&name) icon="up-arrow" icon_only=true look=Look::Ghost small=true on_press=move |()| files.put_first(&first)/>
            })}
            <Button label=t::remove(&name) icon="trash" icon_only=true look=Look::Ghost small=true on_press=move |()| asking.set(true)/>
        </div>
        <Confirm open=asking title=question hint=t::remove_hint() verb=t::remove_verb() on_yes=move |()| files.remove(&removed)/>
    }
}

/// The dialog of a picture that was opened, within the list that it belongs to.
#[component]
fn Opened(files: Attachments, #[prop(optional, into)] owner: Option<Owner>) -> impl IntoView {
    let shown = Memo::new(move |_| files.opened.get().filter(|one| owner.is_none_or(|owner| owner.has(one))));
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(shown.with(Option::is_some)));
    Effect::new(move |_| {
        if !open.get() && shown.with_untracked(Option::is_some) {
            files.opened.set(None);
        }
    });
    let title = Signal::derive(move || shown.get().map(|one| one.file_name).unwrap_or_default());
    view! {
        <Dialog open title wide=true>
            <div class="dialog-body file-large">
                {move || shown.get().map(|one| view! {
                    <a href=files.href(one.id) target="_blank" rel="noopener"><img src=files.href(one.id) alt=one.file_name/></a>
                })}
            </div>
        </Dialog>
    }
}

/// Small pictures that open large, for a rail.
#[component]
pub fn AttachmentThumbnails(
    /// The page's files.
    files: Attachments,
) -> impl IntoView {
    view! {
        <ul class="file-list">
            <For each=move || files.items.get() key=|one| (one.id, one.version) let:one>
                <li class="file"><Thumbnail files one/></li>
            </For>
        </ul>
        <Opened files/>
    }
}

/// Everything as large as the page allows: for people with gloves on, who do not click.
#[component]
pub fn LargeAttachments(
    /// The page's files.
    files: Attachments,
) -> impl IntoView {
    let draw = move |one: AttachmentView| {
        let href = files.href(one.id);
        if one.content_type.is_picture() {
            view! { <figure><img src=href alt=one.file_name.clone() loading="lazy"/><figcaption class="muted small">{one.file_name}</figcaption></figure> }.into_any()
        } else {
            view! { <a class="file-document" href=href target="_blank" rel="noopener"><b>"PDF"</b>" "{one.file_name}</a> }.into_any()
        }
    };
    view! { <div class="files-large">{move || files.items.get().into_iter().map(draw).collect_view()}</div> }
}
