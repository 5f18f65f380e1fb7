//! `lingjian user`: who may sign in, from the machine itself. For the day when the administrator's password is lost.

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};
use lingjian_app::people::{NewUser, UserChange};
use lingjian_model::Post;
use serde_json::json;

use crate::failure::Outcome;
use crate::output::Output;
use crate::service::{Premises, block_on, open_house};

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Arguments {
    /// List who may sign in.
    List(List),
    /// Take somebody on; prints the password once.
    Add(Add),
    /// Give somebody a new password and print it once; their sessions end.
    Password(Password),
}

/// Where.
#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    premises: Premises,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Whom.
#[derive(Debug, Args)]
pub(crate) struct Add {
    #[command(flatten)]
    premises: Premises,
    /// What they sign in with
    name: String,
    /// What others call them [default: the same]
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// What they are; may be given several times
    #[arg(long = "post", value_name = "POST", required = true)]
    posts: Vec<String>,
}

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct Password {
    #[command(flatten)]
    premises: Premises,
    /// What they sign in with
    name: String,
}

/// Does it.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<Outcome> {
    let text = match arguments {
        Arguments::List(list) => {
            let config = list.premises.config()?;
            block_on(async {
                let accounts = open_house(&config).await?.store().accounts().await?;
                let lines = accounts.iter().map(|account| {
                    let posts: Vec<&str> = account.person.posts.iter().map(|post| post.name()).collect();
                    if list.json {
                        let disabled = account.disabled;
                        let name = &account.name;
                        json!({ "name": name, "display_name": account.display_name, "posts": posts, "disabled": disabled })
                            .to_string()
                    } else {
                        let mark = if account.disabled { " (disabled)" } else { "" };
                        format!("{}\t{}\t{}{mark}", account.name, account.display_name, posts.join(","))
                    }
                });
                Ok(lines.map(|line| line + "\n").collect::<String>())
            })?
        }
        Arguments::Add(add) => {
            let config = add.premises.config()?;
            let posts = add.posts.iter().map(|name| post(name)).collect::<anyhow::Result<Vec<_>>>()?;
            block_on(async {
                let house = open_house(&config).await?;
                let change = UserChange {
                    display_name: add.display_name.clone().unwrap_or_else(|| add.name.clone()),
                    posts,
                    projects: Vec::new(),
                    teams: Vec::new(),
                    agent: None,
                    disabled: false,
                };
                let operator = house.operator();
                let (account, password) =
                    house.add_user(&operator, NewUser { name: add.name.clone(), change }).await?;
                Ok(format!("{}: password {password}, told once\n", account.name))
            })?
        }
        Arguments::Password(whose) => {
            let config = whose.premises.config()?;
            block_on(async {
                let house = open_house(&config).await?;
                let Some(account) = house.store().account_named(&whose.name.to_lowercase()).await? else {
                    bail!("nobody is called {}", whose.name);
                };
                let operator = house.operator();
                let password = house.reset_password(&operator, account.person.id).await?;
                Ok(format!("{}: password {password}, told once\n", account.name))
            })?
        }
    };
    let mut out = Output::stdout();
    out.put(text)?;
    out.finish()?;
    Ok(Outcome::Done)
}

fn post(name: &str) -> anyhow::Result<Post> {
    Post::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = Post::ALL.iter().map(|post| post.name()).collect();
        anyhow!("{name:?} is no post; there are: {}", known.join(", "))
    })
}
