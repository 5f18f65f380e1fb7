//! The endpoints: one file each, or for a small family of them.

mod admin;
mod audit;
mod conversation;
mod conversations;
mod events;
mod health;
mod overview;
mod places;
mod refusals;
mod rules;
mod session;
mod tokens;
mod users;
mod work;

use lingjian_app::House;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(OpenApi)]
#[openapi(info(
    title = "Lingjian",
    description = "Contact-centre quality: conversations, what was found in them, and the work on them. See docs/api.md."
))]
struct Contract;

/// All routes with their contract.
pub(crate) fn routes() -> OpenApiRouter<House> {
    OpenApiRouter::with_openapi(Contract::openapi())
        .routes(routes!(session::show, session::begin, session::end))
        .routes(routes!(session::password))
        .routes(routes!(overview::show))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::count))
        .routes(routes!(conversations::csv))
        .routes(routes!(conversation::show))
        .routes(routes!(conversation::transcript))
        .routes(routes!(conversation::judgement))
        .routes(routes!(conversation::recording))
        .routes(routes!(conversation::peaks))
        .routes(routes!(rules::list))
        .routes(routes!(rules::explain))
        .routes(routes!(work::list))
        .routes(routes!(work::retry_all))
        .routes(routes!(work::retry))
        .routes(routes!(refusals::list))
        .routes(routes!(events::follow))
        .routes(routes!(places::list))
        .routes(routes!(users::list, users::add))
        .routes(routes!(users::show, users::change))
        .routes(routes!(users::password))
        .routes(routes!(admin::sessions))
        .routes(routes!(admin::end_session))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::delete))
        .routes(routes!(audit::list))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}
