//! The endpoints: one file each, or for a small family of them.

mod admin;
mod agreement;
mod audit;
mod coaching;
mod coaching_steps;
mod conversation;
mod conversations;
mod drafts;
mod draws;
mod evaluation_steps;
mod evaluations;
mod events;
mod health;
mod openid;
mod overview;
mod packs;
mod places;
mod plans;
mod projects;
mod refusals;
mod results;
mod rules;
mod scorecards;
mod session;
mod teams;
mod tokens;
mod tus;
mod uploads;
mod users;
mod views;
mod webhooks;
mod work;
mod work_list;

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
    let mut routes = listed();
    crate::contract::finish(routes.get_openapi_mut());
    routes
}

fn listed() -> OpenApiRouter<House> {
    OpenApiRouter::with_openapi(Contract::openapi())
        .routes(routes!(session::show, session::begin, session::end))
        .routes(routes!(session::password))
        .routes(routes!(openid::offer))
        .routes(routes!(openid::begin))
        .routes(routes!(openid::join))
        .routes(routes!(openid::back))
        .routes(routes!(openid::identities, openid::part))
        .routes(routes!(overview::show))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::count))
        .routes(routes!(conversations::csv))
        .routes(routes!(conversation::show))
        .routes(routes!(conversation::transcript))
        .routes(routes!(conversation::judgement))
        .routes(routes!(conversation::recording))
        .routes(routes!(conversation::peaks))
        .routes(routes!(draws::list, draws::make))
        .routes(routes!(draws::lay))
        .routes(routes!(draws::inspectors))
        .routes(routes!(draws::show))
        .routes(routes!(draws::assign))
        .routes(routes!(plans::list, plans::make))
        .routes(routes!(plans::show, plans::change, plans::end))
        .routes(routes!(plans::runs))
        .routes(routes!(work_list::own))
        .routes(routes!(agreement::show))
        .routes(routes!(results::show))
        .routes(routes!(evaluations::list, evaluations::begin))
        .routes(routes!(evaluations::show, evaluations::discard))
        .routes(routes!(evaluations::earlier))
        .routes(routes!(evaluations::fill))
        .routes(routes!(evaluation_steps::submit))
        .routes(routes!(evaluation_steps::send))
        .routes(routes!(evaluation_steps::acknowledge))
        .routes(routes!(evaluation_steps::appeal))
        .routes(routes!(evaluation_steps::uphold))
        .routes(routes!(evaluation_steps::change))
        .routes(routes!(coaching::list, coaching::begin))
        .routes(routes!(coaching::show, coaching::discard))
        .routes(routes!(coaching::write))
        .routes(routes!(coaching_steps::hold))
        .routes(routes!(coaching_steps::sign))
        .routes(routes!(coaching_steps::dispute))
        .routes(routes!(coaching_steps::follow))
        .routes(routes!(coaching_steps::close))
        .routes(routes!(rules::list))
        .routes(routes!(rules::explain))
        .routes(routes!(packs::list))
        .routes(routes!(packs::versions))
        .routes(routes!(packs::version))
        .routes(routes!(packs::difference))
        .routes(routes!(packs::publish))
        .routes(routes!(packs::publish_again))
        .routes(routes!(drafts::show, drafts::keep, drafts::discard))
        .routes(routes!(drafts::check))
        .routes(routes!(drafts::edit))
        .routes(routes!(drafts::try_on))
        .routes(routes!(drafts::sample))
        .routes(routes!(scorecards::list))
        .routes(routes!(scorecards::versions))
        .routes(routes!(scorecards::version))
        .routes(routes!(scorecards::draft, scorecards::keep, scorecards::discard))
        .routes(routes!(scorecards::check))
        .routes(routes!(scorecards::try_on))
        .routes(routes!(scorecards::publish))
        .routes(routes!(scorecards::publish_again))
        .routes(routes!(work::list))
        .routes(routes!(work::retry_all))
        .routes(routes!(work::retry))
        .routes(routes!(refusals::list))
        .routes(routes!(events::follow))
        .routes(routes!(places::list))
        .routes(routes!(projects::list, projects::add))
        .routes(routes!(projects::show, projects::change))
        .routes(routes!(teams::list, teams::add))
        .routes(routes!(teams::show, teams::change))
        .routes(routes!(teams::agents))
        .routes(routes!(teams::agent, teams::change_agent))
        .routes(routes!(views::list, views::add))
        .routes(routes!(views::change, views::delete))
        .routes(routes!(users::list, users::add))
        .routes(routes!(users::show, users::change))
        .routes(routes!(users::password))
        .routes(routes!(admin::sessions))
        .routes(routes!(admin::end_session))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::delete))
        .routes(routes!(tus::offer, uploads::list, tus::begin))
        .routes(routes!(uploads::show, tus::standing, tus::send, tus::end))
        .routes(routes!(webhooks::list, webhooks::make))
        .routes(routes!(webhooks::show, webhooks::change, webhooks::delete))
        .routes(routes!(webhooks::retry))
        .routes(routes!(webhooks::skip))
        .routes(routes!(audit::list))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
}
