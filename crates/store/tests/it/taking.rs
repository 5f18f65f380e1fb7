//! Calls come in: twice is once, more is more.

use lingjian_model::Reach;
use lingjian_store::{Blob, Filter, Incoming, Recorded, State, Taken, WorkKind};
use uuid::Uuid;

use crate::both::{Ids, NOW, incoming, on_both, rehearsed, take};

#[test]
fn the_same_calls_again_change_nothing() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let calls: Vec<Incoming> = rehearsed(11, 700).iter().map(incoming).collect();
        let first = take(&store, &calls, &mut ids).await;
        assert!(first.iter().all(|one| matches!(one, Taken::New(_))));
        let after_first = store.last_change().await.unwrap();
        assert_eq!(after_first, 700, "each tells itself once");

        let again = take(&store, &calls, &mut ids).await;
        assert!(again.iter().zip(&first).all(|(again, first)| *again == Taken::Same(first.id())));
        assert_eq!(store.last_change().await.unwrap(), after_first, "and nothing more");
        assert_eq!(store.count(&Filter::default(), &Reach::All).await.unwrap(), 700);
        let waiting: i64 = store.workload(NOW).await.unwrap().iter().map(|load| load.waiting).sum();
        assert_eq!(waiting, 700, "and is judged once");

        let kept = store.conversation(first[3].id()).await.unwrap().unwrap();
        assert_eq!(kept.listed.state, State::Waiting);
        let words = store.words(&kept, kept.transcript.unwrap()).await.unwrap().unwrap();
        assert_eq!(words, calls[3].conversation, "what is read is what came in");
    });
}

#[test]
fn a_record_is_completed_by_its_recording_and_its_words() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let whole = rehearsed(12, 1).remove(0);
        let mut record = whole.clone();
        record.turns.clear();
        let id = take(&store, &[incoming(&record)], &mut ids).await[0].id();
        let kept = store.conversation(id).await.unwrap().unwrap();
        assert_eq!(kept.listed.state, State::Record);
        assert!(store.workload(NOW).await.unwrap().is_empty(), "there is nothing to do");

        let recording =
            Recorded { blob: Blob { sha256: "ab".repeat(32), bytes: 12 }, name: "1.wav".to_owned() };
        let heard = Incoming { conversation: record.clone(), recording: Some(recording.clone()) };
        assert_eq!(take(&store, std::slice::from_ref(&heard), &mut ids).await, [Taken::More(id)]);
        assert_eq!(take(&store, &[heard], &mut ids).await, [Taken::Same(id)]);
        let load = store.workload(NOW).await.unwrap();
        assert_eq!((load.len(), load[0].kind, load[0].waiting), (1, WorkKind::Transcribe, 1));
        let kept = store.conversation(id).await.unwrap().unwrap();
        assert_eq!((kept.listed.state, kept.recording), (State::Waiting, Some(recording)));

        assert_eq!(take(&store, &[incoming(&whole)], &mut ids).await, [Taken::More(id)]);
        let mut other = whole.clone();
        other.turns[0].text.push_str("（另一个版本）");
        assert_eq!(take(&store, &[incoming(&other)], &mut ids).await, [Taken::More(id)]);
        let versions = store.transcript_versions(id).await.unwrap();
        assert_eq!(versions.len(), 2, "no version is overwritten");
        assert_eq!(versions.iter().filter(|one| one.current_to.is_none()).count(), 1, "one counts");
        let kept = store.conversation(id).await.unwrap().unwrap();
        let words = store.words(&kept, kept.transcript.unwrap()).await.unwrap().unwrap();
        assert_eq!(words.turns, other.turns);
    });
}

#[test]
fn the_same_id_twice_in_a_batch_is_one_call() {
    on_both(|store| async move {
        let mut ids = Ids::new(3);
        let call = rehearsed(13, 1).remove(0);
        let mut record = call.clone();
        record.turns.clear();
        record.attributes.insert("ticket".to_owned(), "T-1".into());
        record.attributes.remove("agent");
        let taken = take(&store, &[incoming(&record), incoming(&call)], &mut ids).await;
        assert_eq!(taken[0].id(), taken[1].id());
        assert_eq!(store.count(&Filter::default(), &Reach::All).await.unwrap(), 1);
        assert_eq!(store.transcript_versions(taken[0].id()).await.unwrap().len(), 1);
        let kept = store.conversation(taken[0].id()).await.unwrap().unwrap();
        assert!(kept.attributes.contains_key("ticket") && kept.listed.agent.is_some(), "each told its part");
    });
}

#[test]
fn what_is_abandoned_never_was() {
    on_both(|store| async move {
        let mut ids = Ids::new(4);
        let calls: Vec<Incoming> = rehearsed(14, 5).iter().map(incoming).collect();
        let mut transaction = store.begin().await.unwrap();
        let taken = transaction.take(&calls, 10, NOW, &mut || ids.next()).await.unwrap();
        transaction.abandon().await.unwrap();
        assert_eq!(store.conversation(taken[0].id()).await.unwrap(), None);
        assert_eq!(store.last_change().await.unwrap(), 0);
        assert!(store.places().await.unwrap().agents.is_empty());
    });
}

#[test]
fn agents_projects_and_teams_come_to_be_by_their_calls() {
    on_both(|store| async move {
        let mut ids = Ids::new(5);
        let calls = rehearsed(15, 60);
        take(&store, &calls.iter().map(incoming).collect::<Vec<_>>(), &mut ids).await;
        let places = store.places().await.unwrap();
        let mut names: Vec<&str> = calls.iter().filter_map(|call| call.attribute("project")).collect();
        names.sort_unstable();
        names.dedup();
        let mut known: Vec<&str> = places.projects.iter().map(|project| project.name.as_str()).collect();
        known.sort_unstable();
        assert_eq!(known, names);
        assert!(!places.agents.is_empty() && places.agents.iter().all(|agent| agent.id.0 != Uuid::nil()));
    });
}
