//! The OpenAPI document, built from the list of endpoints, and a page that shows it without foreign scripts.

use actix_web::{HttpResponse, web};
use mrp_api::access::Access;
use mrp_api::endpoint::{BASE, EndpointInfo, Method, SchemaOf};
use mrp_api::error::Problem;
use mrp_domain::attachment::FileType;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{
    Components, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, Ref, RefOr, Required, ResponseBuilder,
};
use utoipa::{PartialSchema, ToSchema};

/// The document.
#[must_use]
pub fn openapi() -> OpenApi {
    let mut components = Components::new();
    components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("mrp_session"))));
    components
        .add_security_scheme("token", SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build()));
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    let mut paths = PathsBuilder::new();
    for endpoint in mrp_api::endpoint::all() {
        let item = PathItem::new(verb(endpoint.method), operation(endpoint, &mut schemas));
        paths = paths.path(format!("{BASE}{}", endpoint.path), item);
    }
    components.schemas.extend(schemas);
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Manufacturing")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Decimals are strings, instants RFC 3339 in UTC, durations whole seconds."))
                .build(),
        )
        .paths(paths)
        .components(Some(components))
        .build()
}

fn verb(method: Method) -> HttpMethod {
    match method {
        Method::Get => HttpMethod::Get,
        Method::Post => HttpMethod::Post,
        Method::Patch => HttpMethod::Patch,
        Method::Delete => HttpMethod::Delete,
    }
}

type Schemas = Vec<(String, RefOr<Schema>)>;

fn operation(endpoint: &EndpointInfo, schemas: &mut Schemas) -> utoipa::openapi::path::Operation {
    let [query, body, reply] = &endpoint.schemas;
    let mut operation = OperationBuilder::new()
        .operation_id(Some(endpoint.name))
        .summary(Some(endpoint.summary))
        .tag(endpoint.path.split('/').nth(1).unwrap_or_default())
        .response(endpoint.status.to_string(), success(endpoint, reply, schemas))
        .response("default", problem());
    for name in endpoint.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
        let format = if name.ends_with("id") { Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)) } else { None };
        let schema = ObjectBuilder::new().schema_type(Type::String).format(format).build();
        operation = operation.parameter(parameter(name, ParameterIn::Path, true, schema));
    }
    if let RefOr::T(Schema::Object(object)) = (query.schema)() {
        (query.references)(schemas);
        for (name, schema) in object.properties {
            operation = operation.parameter(
                ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).schema(Some(schema)).build(),
            );
        }
    }
    if endpoint.if_match {
        operation = operation.parameter(parameter("If-Match", ParameterIn::Header, true, text()));
    }
    if endpoint.method.mutates() && endpoint.needs != Access::Public {
        let required = endpoint.method == Method::Post;
        operation = operation.parameter(parameter("Idempotency-Key", ParameterIn::Header, required, text()));
    }
    if endpoint.method.mutates() && (body.name)() != "Empty" {
        let content = ContentBuilder::new().schema(Some(reference(body, schemas))).build();
        operation = operation.request_body(Some(
            RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True)).build(),
        ));
    }
    if endpoint.needs != Access::Public {
        operation = operation
            .security(SecurityRequirement::new("session", Vec::<String>::new()))
            .security(SecurityRequirement::new("token", Vec::<String>::new()));
    }
    if let Access::Needs(permission) = endpoint.needs {
        operation = operation.description(Some(format!("Needs `{permission}`.")));
    }
    operation.build()
}

fn text() -> Object {
    ObjectBuilder::new().schema_type(Type::String).build()
}

fn parameter(name: &str, place: ParameterIn, required: bool, schema: Object) -> utoipa::openapi::path::Parameter {
    let required = if required { Required::True } else { Required::False };
    ParameterBuilder::new().name(name).parameter_in(place).required(required).schema(Some(schema)).build()
}

fn reference(of: &SchemaOf, schemas: &mut Schemas) -> Ref {
    (of.references)(schemas);
    let name = (of.name)().into_owned();
    schemas.push((name.clone(), (of.schema)()));
    Ref::from_schema_name(name)
}

fn success(endpoint: &EndpointInfo, reply: &SchemaOf, schemas: &mut Schemas) -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(reference(reply, schemas))).build();
    let description = if endpoint.status == 201 { "Created." } else { "Done." };
    let response = ResponseBuilder::new().description(description);
    if (reply.name)() == "FileContent" {
        let bytes = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .build();
        let content = ContentBuilder::new().schema(Some(bytes)).build();
        let types = FileType::ALL.iter();
        return types.fold(response, |response, file| response.content(file.as_str(), content.clone())).build();
    }
    response.content("application/json", content).build()
}

fn problem() -> utoipa::openapi::Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new()
        .description("Refused; see the list of error codes.")
        .content("application/problem+json", content)
        .build()
}

/// `/api/v1/openapi.json`, `/api/docs` and `/api/docs/errors`.
pub fn mount(config: &mut web::ServiceConfig) {
    config
        .route(&format!("{BASE}/openapi.json"), web::get().to(|| async { HttpResponse::Ok().json(openapi()) }))
        .route("/api/docs", web::get().to(|| async { html(endpoints_page()) }))
        .route("/api/docs/errors", web::get().to(|| async { html(errors_page()) }));
}

fn html(body: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>API</title><link rel=\"stylesheet\" href=\"/api/docs.css\"><main>{body}</main></html>"
    ))
}

fn endpoints_page() -> String {
    let mut page = String::from(
        "<h1>API</h1><p>The machine-readable document is <a href=\"/api/v1/openapi.json\">openapi.json</a>; \
         refusals are explained under <a href=\"/api/docs/errors\">errors</a>.</p>\
         <table><thead><tr><th>Endpoint<th>What it does<th>Needs<th>Body<th>Reply</thead><tbody>",
    );
    for endpoint in mrp_api::endpoint::all() {
        let needs = match endpoint.needs {
            Access::Public => "nothing".to_owned(),
            Access::SignedIn => "a session".to_owned(),
            Access::Needs(permission) => format!("<code>{permission}</code>"),
        };
        let [_, body, reply] = &endpoint.schemas;
        page.push_str(&format!(
            "<tr id=\"{}\"><td><code>{} {BASE}{}</code><td>{}<td>{needs}<td>{}<td>{}",
            endpoint.name,
            endpoint.method.as_str(),
            endpoint.path,
            endpoint.summary,
            (body.name)(),
            (reply.name)()
        ));
    }
    page.push_str("</tbody></table>");
    page
}

fn errors_page() -> String {
    let mut page = String::from(
        "<h1>Errors</h1><table><thead><tr><th>Code<th>Status<th>Condition<th>Retry helps<th>What to do</thead><tbody>",
    );
    for error in mrp_api::error::ALL {
        page.push_str(&format!(
            "<tr id=\"{0}\"><td><code>{0}</code><td>{1}<td>{2}<td>{3}<td>{4}",
            error.code,
            error.status,
            error.condition,
            if error.retry { "yes" } else { "no" },
            error.remedy
        ));
    }
    page.push_str("</tbody></table>");
    page
}
