//! Projects, teams and agents as people settle them. Nothing is deleted: what is archived keeps its calls.

use lingjian_intake::recordings::Pattern;
use lingjian_model::{
    Action, AgentId, Direction, Level, Permission, Person, Post, ProjectId, Reach, RecordingStandard, TeamId,
    UserId,
};
use lingjian_store::{Agent, Kind, Project, Team};
use serde_json::{Value, json};

use crate::{Actor, AppError, House};

/// Characters of a name at most.
const NAME: usize = 100;

/// A project with what follows from elsewhere.
#[derive(Debug, Clone)]
pub struct ShownProject {
    /// The project.
    pub project: Project,
    /// Names that it had: calls that carry one are still its own.
    pub former: Vec<String>,
    /// Ids of the packs that judge its calls, as their heads say.
    pub packs: Vec<String>,
}

/// A team with what follows from elsewhere.
#[derive(Debug, Clone)]
pub struct ShownTeam {
    /// The team.
    pub team: Team,
    /// Names that it had.
    pub former: Vec<String>,
    /// Team leaders who answer for it.
    pub leaders: Vec<(UserId, String)>,
    /// How many agents are in it.
    pub agents: usize,
}

/// What of a project can be settled.
#[derive(Debug, Clone)]
pub struct ProjectChange {
    /// Its name, as calls carry it.
    pub name: String,
    /// What kind of business it is.
    pub category: Option<String>,
    /// 甲方.
    pub client: Option<String>,
    /// Who calls whom; both where nothing is said.
    pub direction: Option<Direction>,
    /// IANA time zone.
    pub zone: String,
    /// What its recordings must be.
    pub recording: RecordingStandard,
    /// No longer run.
    pub archived: bool,
}

/// What of a team can be settled.
#[derive(Debug, Clone)]
pub struct TeamChange {
    /// Its name, as calls carry it.
    pub name: String,
    /// No longer run.
    pub archived: bool,
}

/// What of an agent can be settled.
#[derive(Debug, Clone)]
pub struct AgentChange {
    /// The person's name.
    pub name: Option<String>,
    /// new, junior, middle, senior.
    pub level: Option<Level>,
    /// The team that calls from now on are of, where they name none.
    pub team: Option<TeamId>,
}

fn bad(field: &'static str, reason: impl Into<String>) -> AppError {
    AppError::BadRequest { field, reason: reason.into() }
}

fn name(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if (1..=NAME).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    Err(bad("name", format!("write 1 to {NAME} characters")))
}

fn short(field: &'static str, text: Option<String>) -> Result<Option<String>, AppError> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    match text {
        Some(text) if text.chars().count() > NAME => {
            Err(bad(field, format!("write at most {NAME} characters")))
        }
        text => Ok(text),
    }
}

/// What cannot be agreed on, or not be checked.
fn standard(agreed: &RecordingStandard) -> Result<(), AppError> {
    let RecordingStandard { channels, formats, min_sample_rate, naming, retention_days, .. } = agreed;
    if channels.is_some_and(|count| !(1..=64).contains(&count)) {
        return Err(bad("recording.channels", "write 1 to 64"));
    }
    let is_format = |format: &String| {
        (1..=8).contains(&format.len()) && format.chars().all(|c| c.is_ascii_alphanumeric())
    };
    if formats.len() > 20 || !formats.iter().all(is_format) {
        return Err(bad("recording.formats", "write endings of files: wav, mp3, …"));
    }
    if min_sample_rate.is_some_and(|rate| !(1000..=384_000).contains(&rate)) {
        return Err(bad("recording.min_sample_rate", "write 1000 to 384000"));
    }
    if let Some(naming) = naming {
        Pattern::parse(naming).map_err(|error| bad("recording.naming", error.to_string()))?;
    }
    if retention_days.is_some_and(|days| !(1..=36_500).contains(&days)) {
        return Err(bad("recording.retention_days", "write 1 to 36500"));
    }
    Ok(())
}

fn taken(whose: &str) -> AppError {
    AppError::Conflict(format!("calls that carry this name belong to another {whose} already"))
}

impl ProjectChange {
    fn apply(self, project: &mut Project, now: i64) -> Result<(), AppError> {
        standard(&self.recording)?;
        if jiff::tz::TimeZone::get(&self.zone).is_err() {
            return Err(bad("zone", "write an IANA time zone, such as Asia/Shanghai"));
        }
        project.name = name(&self.name)?;
        project.category = short("category", self.category)?;
        project.client = short("client", self.client)?;
        project.direction = self.direction;
        project.zone = self.zone;
        project.recording = self.recording;
        project.archived_at = self.archived.then(|| project.archived_at.unwrap_or(now));
        Ok(())
    }
}

impl TeamChange {
    fn apply(self, team: &mut Team, now: i64) -> Result<(), AppError> {
        team.name = name(&self.name)?;
        team.archived_at = self.archived.then(|| team.archived_at.unwrap_or(now));
        Ok(())
    }
}

/// The fields that differ, with both values: what the audit trail holds of a change.
fn differing(before: &Value, after: &Value) -> Value {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return Value::Null };
    let changed = after.iter().filter(|(key, value)| before.get(*key) != Some(value));
    let changed = changed.map(|(key, value)| (key.clone(), json!({ "from": before.get(key), "to": value })));
    Value::Object(changed.collect())
}

fn told(project: &Project) -> Value {
    json!({
        "name": project.name,
        "category": project.category,
        "client": project.client,
        "direction": project.direction,
        "zone": project.zone,
        "recording": project.recording,
        "archived": project.archived_at.is_some(),
    })
}

fn told_of_agent(agent: &Agent) -> Value {
    json!({ "name": agent.name, "level": agent.level, "team": agent.team.map(|team| team.to_string()) })
}

/// Projects are settled by those who reach all of them: a name that is given here decides where calls belong.
fn may(actor: &Actor, permission: Permission) -> Result<(), AppError> {
    match actor.authority.reach(permission) {
        Reach::All => Ok(()),
        _ => Err(AppError::Forbidden { permission: permission.name() }),
    }
}

impl House {
    /// Projects within reach, by name.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn projects(&self, actor: &Actor) -> Result<Vec<ShownProject>, AppError> {
        let reach = actor.reach(Permission::ProjectsRead)?;
        let mut projects = self.store().places().await?.projects;
        projects.retain(|project| match &reach {
            Reach::Part(part) => part.projects.contains(&project.id),
            _ => true,
        });
        let former = self.store().former_names(Kind::Project).await?;
        let rules = self.rules().await?;
        let shown = projects.into_iter().map(|project| {
            let judges = |pack: &&lingjian_inspection::Pack| {
                let named = pack.valid.attributes.iter().find(|(name, _)| *name == "project");
                named.is_none_or(|(_, names)| names.contains(&project.name))
            };
            ShownProject {
                packs: rules.set.packs().iter().filter(judges).map(|pack| pack.id.clone()).collect(),
                former: names_of(&former, project.id.into()),
                project,
            }
        });
        Ok(shown.collect())
    }

    /// A project within reach.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn project(&self, actor: &Actor, id: ProjectId) -> Result<ShownProject, AppError> {
        let found = self.projects(actor).await?.into_iter().find(|shown| shown.project.id == id);
        found.ok_or(AppError::NotFound { what: "project" })
    }

    /// Begins a project.
    ///
    /// # Errors
    /// Where they may not, the name is taken, or something makes no sense.
    pub async fn add_project(&self, actor: &Actor, new: ProjectChange) -> Result<ShownProject, AppError> {
        may(actor, Permission::ProjectsEdit)?;
        let now = self.edge().now();
        let mut project = Project {
            id: self.edge().fresh().into(),
            name: String::new(),
            category: None,
            client: None,
            direction: None,
            zone: String::new(),
            recording: RecordingStandard::default(),
            archived_at: None,
            revision: 1,
        };
        self.announced(&new.recording).await?;
        new.apply(&mut project, now)?;
        let mut transaction = self.store().begin().await?;
        if transaction.place_named(Kind::Project, &project.name).await?.is_some() {
            return Err(taken("project"));
        }
        transaction.add_project(&project).await?;
        let id = project.id.to_string();
        crate::audit::note(&mut transaction, actor, Action::ProjectCreate, &id, told(&project), now).await?;
        transaction.commit().await?;
        self.project(actor, project.id).await
    }

    /// Settles a project as it was read (`revision`).
    ///
    /// # Errors
    /// Where they may not, there is none, somebody else was first, the name is taken, or something makes no sense.
    pub async fn change_project(
        &self,
        actor: &Actor,
        id: ProjectId,
        revision: i64,
        change: ProjectChange,
    ) -> Result<ShownProject, AppError> {
        may(actor, Permission::ProjectsEdit)?;
        self.announced(&change.recording).await?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let before = transaction.project(id).await?.ok_or(AppError::NotFound { what: "project" })?;
        let mut project = before.clone();
        project.revision = revision;
        change.apply(&mut project, now)?;
        if transaction
            .place_named(Kind::Project, &project.name)
            .await?
            .is_some_and(|whose| whose != uuid::Uuid::from(id))
        {
            return Err(taken("project"));
        }
        if !transaction.change_project(&project, &before.name).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = differing(&told(&before), &told(&project));
        crate::audit::note(&mut transaction, actor, Action::ProjectChange, &id.to_string(), detail, now)
            .await?;
        transaction.commit().await?;
        self.project(actor, id).await
    }

    /// The rule that proves the recording notice is one that there is.
    async fn announced(&self, agreed: &RecordingStandard) -> Result<(), AppError> {
        match &agreed.announcement {
            Some(rule) if self.rules().await?.set.rule(rule).is_none() => {
                Err(bad("recording.announcement", "write the id of a rule that there is"))
            }
            _ => Ok(()),
        }
    }

    /// Teams within reach, by name.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn teams(&self, actor: &Actor) -> Result<Vec<ShownTeam>, AppError> {
        let reach = actor.reach(Permission::TeamsRead)?;
        let places = self.store().places().await?;
        let people = self.store().accounts().await?;
        let former = self.store().former_names(Kind::Team).await?;
        let within = self.teams_within(&reach).await?;
        let leads = |person: &Person, team: TeamId| {
            person.posts.contains(&Post::TeamLeader) && person.teams.contains(&team)
        };
        let shown =
            places.teams.into_iter().filter(|team| within.as_ref().is_none_or(|ids| ids.contains(&team.id)));
        let shown = shown.map(|team| ShownTeam {
            leaders: people
                .iter()
                .filter(|account| !account.disabled && leads(&account.person, team.id))
                .map(|account| (account.person.id, account.display_name.clone()))
                .collect(),
            agents: places.agents.iter().filter(|agent| agent.team == Some(team.id)).count(),
            former: names_of(&former, team.id.into()),
            team,
        });
        Ok(shown.collect())
    }

    /// The teams of a reach: those that one answers for, and those that have calls in one's projects; none for all.
    async fn teams_within(&self, reach: &Reach) -> Result<Option<Vec<TeamId>>, AppError> {
        let Reach::Part(part) = reach else { return Ok(None) };
        let mut teams: Vec<TeamId> = part.teams.iter().copied().collect();
        if !part.projects.is_empty() {
            let all = lingjian_store::Filter::default();
            let by = lingjian_store::TallyBy::Team;
            let tallies = self.store().tallies(&all, reach, by).await?;
            teams.extend(tallies.into_iter().filter_map(|tally| tally.key?.parse::<TeamId>().ok()));
        }
        Ok(Some(teams))
    }

    /// A team within reach.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn team(&self, actor: &Actor, id: TeamId) -> Result<ShownTeam, AppError> {
        let found = self.teams(actor).await?.into_iter().find(|shown| shown.team.id == id);
        found.ok_or(AppError::NotFound { what: "team" })
    }

    /// Begins a team.
    ///
    /// # Errors
    /// Where they may not, or the name is taken.
    pub async fn add_team(&self, actor: &Actor, new: TeamChange) -> Result<ShownTeam, AppError> {
        may(actor, Permission::TeamsEdit)?;
        let now = self.edge().now();
        let id = self.edge().fresh().into();
        let mut team = Team { id, name: String::new(), archived_at: None, revision: 1 };
        new.apply(&mut team, now)?;
        let mut transaction = self.store().begin().await?;
        if transaction.place_named(Kind::Team, &team.name).await?.is_some() {
            return Err(taken("team"));
        }
        transaction.add_team(&team).await?;
        let detail = json!({ "name": team.name });
        crate::audit::note(&mut transaction, actor, Action::TeamCreate, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        self.team(actor, id).await
    }

    /// Settles a team as it was read (`revision`).
    ///
    /// # Errors
    /// Where they may not, there is none, somebody else was first, or the name is taken.
    pub async fn change_team(
        &self,
        actor: &Actor,
        id: TeamId,
        revision: i64,
        change: TeamChange,
    ) -> Result<ShownTeam, AppError> {
        may(actor, Permission::TeamsEdit)?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let before = transaction.team(id).await?.ok_or(AppError::NotFound { what: "team" })?;
        let mut team = before.clone();
        team.revision = revision;
        change.apply(&mut team, now)?;
        if transaction
            .place_named(Kind::Team, &team.name)
            .await?
            .is_some_and(|whose| whose != uuid::Uuid::from(id))
        {
            return Err(taken("team"));
        }
        if !transaction.change_team(&team, &before.name).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let told = |team: &Team| json!({ "name": team.name, "archived": team.archived_at.is_some() });
        let detail = differing(&told(&before), &told(&team));
        crate::audit::note(&mut transaction, actor, Action::TeamChange, &id.to_string(), detail, now).await?;
        transaction.commit().await?;
        self.team(actor, id).await
    }

    /// Agents within reach, by number.
    ///
    /// # Errors
    /// Where they may see none.
    pub async fn agents(&self, actor: &Actor) -> Result<Vec<Agent>, AppError> {
        let reach = actor.reach(Permission::TeamsRead)?;
        let mut agents = self.store().places().await?.agents;
        if let Some(teams) = self.teams_within(&reach).await? {
            agents.retain(|agent| agent.team.is_some_and(|team| teams.contains(&team)));
        }
        Ok(agents)
    }

    /// An agent within reach.
    ///
    /// # Errors
    /// Where there is none.
    pub async fn agent(&self, actor: &Actor, id: AgentId) -> Result<Agent, AppError> {
        let found = self.agents(actor).await?.into_iter().find(|agent| agent.id == id);
        found.ok_or(AppError::NotFound { what: "agent" })
    }

    /// Settles an agent as they were read (`revision`). Calls that were stay with the team they were made in.
    ///
    /// # Errors
    /// Where they may not, there is none, somebody else was first, or the team is none.
    pub async fn change_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        revision: i64,
        change: AgentChange,
    ) -> Result<Agent, AppError> {
        may(actor, Permission::TeamsEdit)?;
        let now = self.edge().now();
        let mut transaction = self.store().begin().await?;
        let before = transaction.agent(id).await?.ok_or(AppError::NotFound { what: "agent" })?;
        if let Some(team) = change.team
            && transaction.team(team).await?.is_none()
        {
            return Err(bad("team", "there is no such team"));
        }
        let agent = Agent {
            name: short("name", change.name)?,
            level: change.level.map(|level| level.name().to_owned()),
            team: change.team,
            revision,
            ..before.clone()
        };
        if !transaction.change_agent(&agent).await? {
            return Err(AppError::ChangedMeanwhile);
        }
        let detail = differing(&told_of_agent(&before), &told_of_agent(&agent));
        crate::audit::note(&mut transaction, actor, Action::AgentChange, &id.to_string(), detail, now)
            .await?;
        transaction.commit().await?;
        self.agent(actor, id).await
    }
}

fn names_of(former: &[(uuid::Uuid, String)], id: uuid::Uuid) -> Vec<String> {
    former.iter().filter(|(whose, _)| *whose == id).map(|(_, name)| name.clone()).collect()
}
