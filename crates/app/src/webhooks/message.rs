//! What an address is told, and how it knows that we told it (Standard Webhooks: <https://www.standardwebhooks.com>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use lingjian_language::mask::mask;
use lingjian_model::ConversationId;
use lingjian_store::{Change, ChangeKind, Webhook};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::people::secret;
use crate::{AppError, House};

/// What a secret begins with.
pub const SECRET: &str = "whsec_";
/// Of a finding, what is told: its rule and its place. No words, no measured values.
const OF_A_FINDING: [&str; 9] =
    ["rule", "version", "severity", "dimension", "points", "role", "turn", "start_ms", "end_ms"];

/// A message on its way.
#[derive(Debug)]
pub(super) struct Message {
    /// The same however often it is sent.
    pub(super) id: String,
    /// JSON.
    pub(super) body: String,
}

/// A secret: 256 bits.
pub(super) fn draw_secret() -> Result<String, AppError> {
    Ok(format!("{SECRET}{}", BASE64.encode(secret::chance::<32>()?)))
}

/// The signature of a message: what its header `webhook-signature` carries. `at` is in seconds; none where the secret is no
/// secret of ours.
#[must_use]
pub fn sign(secret: &str, id: &str, at: i64, body: &str) -> Option<String> {
    let key = BASE64.decode(secret.strip_prefix(SECRET)?).ok()?;
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    Some(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
}

impl House {
    /// What a webhook is told of a change; none where it is none of its business.
    pub(super) async fn message(
        &self,
        webhook: &Webhook,
        change: &Change,
    ) -> Result<Option<Message>, AppError> {
        if !webhook.kinds.contains(&change.kind) {
            return Ok(None);
        }
        let Some(kept) = self.store().conversation(ConversationId(change.subject)).await? else {
            return Ok(None);
        };
        let listed = &kept.listed;
        if webhook.project.is_some_and(|only| listed.project != Some(only)) {
            return Ok(None);
        }
        let mut data = json!({
            "conversation": listed.id,
            // File names and ids of other systems carry telephone numbers now and then.
            "source": mask(&listed.source).text,
            "external_id": mask(&listed.external_id).text,
            "project": listed.project,
            "team": listed.team,
            "agent": listed.agent,
            "state": listed.state.name(),
        });
        if change.kind == ChangeKind::ConversationJudged
            && let Some(id) = kept.judgement
            && let Some((_, judgement)) = self.store().judgement(id).await?
        {
            let scores = judgement.version.scores;
            data["judgement"] = json!(id);
            data["rules"] = json!(judgement.version.rules);
            data["scores"] = json!({
                "compliance": scores.compliance, "experience": scores.experience, "risk": scores.risk,
            });
            data["findings"] = judgement.findings.iter().map(place_of).collect();
        }
        let at =
            jiff::Timestamp::from_millisecond(change.at).map(|at| format!("{at:.3}")).unwrap_or_default();
        let body = json!({ "type": change.kind.name(), "timestamp": at, "data": data }).to_string();
        Ok(Some(Message { id: format!("msg_{}_{}", change.sequence, webhook.id.0.simple()), body }))
    }
}

fn place_of(finding: &Value) -> Value {
    let mut out = serde_json::Map::new();
    for name in OF_A_FINDING.into_iter().chain(["chars"]) {
        if let Some(value) = finding.get(name) {
            out.insert(name.to_owned(), value.clone());
        }
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of docs/api.md, worked out by another program.
    #[test]
    fn the_signature_is_the_one_that_the_page_works_out() {
        let page = include_str!("../../../../docs/api.md");
        let (secret, id, at) =
            ("whsec_bGluZ2ppYW4td2ViaG9vay1leGFtcGxlLXNlY3JldCE=", "msg_1_0", 1_795_000_000_i64);
        let body = r#"{"type":"conversation.judged"}"#;
        let signature = sign(secret, id, at, body).unwrap();
        for part in [secret, id, &at.to_string(), body, &signature] {
            assert!(page.contains(part), "docs/api.md works {part} out");
        }
        assert_eq!(sign("not ours", id, at, body), None);
        assert_ne!(sign(&draw_secret().unwrap(), id, at, body), Some(signature));
    }
}
