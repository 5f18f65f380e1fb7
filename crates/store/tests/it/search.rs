//! Search is exact: it finds what a plain scan finds, neither more nor less.

use std::collections::BTreeSet;

use lingjian_language::Folded;
use lingjian_language::mask::mask;
use lingjian_model::{ConversationId, Reach, Turn};
use lingjian_store::{Filter, Incoming, Page, Query, Sort, Store};

use crate::both::{Ids, incoming, on_both, rehearsed, take};

async fn found(store: &Store, written: &str) -> BTreeSet<ConversationId> {
    let filter = Filter { query: Query::parse(written), ..Filter::default() };
    let page = Page { after: None, limit: 1_000_000 };
    let rows = store.conversations(&filter, &Reach::All, Sort::Newest, page).await.unwrap();
    assert_eq!(store.count(&filter, &Reach::All).await.unwrap(), rows.len() as u64, "{written}");
    rows.into_iter().map(|row| row.id).collect()
}

/// However they are looked up, few at a time or all at once.
async fn first_pages_are_the_head_of_all(store: &Store, query: &Query, sort: Sort) {
    let filter = Filter { query: Some(query.clone()), min_duration_ms: Some(40_000), ..Filter::default() };
    let page = async |after, limit| {
        store.conversations(&filter, &Reach::All, sort, Page { after, limit }).await.unwrap()
    };
    let first = page(None, 20).await;
    let behind = first.last().map(|row| (sort.value(row), row.id));
    let second = if first.len() == 20 { page(behind, 20).await } else { Vec::new() };
    let mut all = page(None, 1_000_000).await;
    all.truncate(40);
    assert_eq!([first, second].concat(), all, "{query:?} {sort:?}");
}

/// 20,000 simulated calls, words of one to fifteen characters, Chinese and English, rare and frequent.
#[test]
fn search_finds_what_a_plain_scan_finds() {
    const CALLS: usize = 20_000;
    let calls: Vec<Incoming> = rehearsed(61, CALLS).iter().map(incoming).collect();
    let folded: Vec<Vec<String>> = calls
        .iter()
        .map(|call| {
            call.conversation
                .turns
                .iter()
                .map(|turn| Folded::new(&mask(&turn.text).text).as_str().to_owned())
                .collect()
        })
        .collect();
    let (calls, folded) = (&calls, &folded);
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let mut taken = Vec::with_capacity(CALLS);
        for some in calls.chunks(2000) {
            taken.extend(take(&store, some, &mut ids).await);
        }
        // Words as people look for them, and pieces cut out of the calls at places that follow no word.
        let mut words: Vec<String> = [
            "退款",
            "款",
            "投诉",
            "工号",
            "的",
            "refund",
            "manager",
            "an",
            "退款 投诉",
            "\"thank you\"",
            "没有人说过这个",
        ]
        .map(str::to_owned)
        .to_vec();
        for at in (0..CALLS).step_by(CALLS / 24) {
            let turn: Vec<char> = folded[at][at % folded[at].len()].chars().collect();
            let from = at % turn.len();
            let length = 1 + at % 15;
            words.push(format!(
                "\"{}\"",
                turn[from..(from + length).min(turn.len())].iter().collect::<String>()
            ));
        }
        let mut hits = 0;
        for (at, word) in words.iter().enumerate() {
            let Some(query) = Query::parse(word) else { continue };
            let scanned: BTreeSet<ConversationId> = folded
                .iter()
                .zip(&taken)
                .filter(|(turns, _)| {
                    query.terms().iter().all(|term| turns.iter().any(|turn| turn.contains(term)))
                })
                .map(|(_, taken)| taken.id())
                .collect();
            hits += scanned.len();
            assert_eq!(found(&store, word).await, scanned, "{word}");
            // Looked at by twos: reading all rows takes longest.
            if at % 4 < 2 {
                let sort = if at % 4 == 0 { Sort::Newest } else { Sort::Duration };
                first_pages_are_the_head_of_all(&store, &query, sort).await;
            }
        }
        assert!(hits > CALLS, "the words are no strangers: {hits}");
    });
}

fn with_text(id: &str, texts: &[String]) -> Incoming {
    let mut call = rehearsed(62, 1).remove(0);
    id.clone_into(&mut call.id);
    let first = call.turns[0].clone();
    call.turns =
        texts.iter().map(|text| Turn { text: text.clone(), words: Vec::new(), ..first.clone() }).collect();
    incoming(&call)
}

/// A character said hundreds of times before the word, in one turn that never ends.
#[test]
fn a_word_late_in_a_long_turn_is_found() {
    on_both(|store| async move {
        let mut ids = Ids::new(2);
        let long = format!("{}我方退款给您{}", "我说".repeat(900), "好的".repeat(400));
        let other = "我说".repeat(1400);
        let calls = [with_text("long", std::slice::from_ref(&long)), with_text("other", &[other])];
        let taken = take(&store, &calls, &mut ids).await;
        assert_eq!(found(&store, "我方").await, [taken[0].id()].into());
        assert_eq!(found(&store, "我说我方退款").await, [taken[0].id()].into());
        assert_eq!(found(&store, &"我说".repeat(30)).await.len(), 2, "longer than a phrase of the index");
        let at_the_seams: String = long.chars().skip(1750).take(120).collect();
        assert_eq!(found(&store, &at_the_seams).await, [taken[0].id()].into());
        assert!(found(&store, &format!("{}退", "我说".repeat(40))).await.is_empty());
    });
}

#[test]
fn no_word_goes_from_one_turn_into_the_next() {
    on_both(|store| async move {
        let mut ids = Ids::new(3);
        let taken =
            take(&store, &[with_text("a", &["我要退".to_owned(), "款到了".to_owned()])], &mut ids).await;
        assert!(found(&store, "退款").await.is_empty());
        assert_eq!(found(&store, "退 款").await, [taken[0].id()].into(), "two words may stand in two turns");
    });
}

#[test]
fn signs_of_the_query_language_are_only_signs() {
    on_both(|store| async move {
        let mut ids = Ids::new(4);
        let said = r#"it's a "test" \ of * ( ) & | ! <-> NEAR/2 的"#.to_owned();
        let taken = take(&store, &[with_text("a", &[said])], &mut ids).await;
        for word in ["it's", "near", "test of", "*", "' OR 1=1 --", "\\", "的", "a:b", "NOT"] {
            let Some(query) = Query::parse(word) else { continue };
            let here = query.stands_in([r#"it's a "test" \ of * ( ) & | ! <-> NEAR/2 的"#].into_iter());
            assert_eq!(found(&store, word).await.contains(&taken[0].id()), here, "{word}");
        }
    });
}

/// What another engine heard replaces what was found before.
#[test]
fn only_the_words_that_count_are_found() {
    on_both(|store| async move {
        let mut ids = Ids::new(5);
        let taken = take(&store, &[with_text("a", &["我要退宽".to_owned()])], &mut ids).await;
        assert_eq!(found(&store, "退宽").await, [taken[0].id()].into());
        take(&store, &[with_text("a", &["我要退款".to_owned()])], &mut ids).await;
        assert!(found(&store, "退宽").await.is_empty());
        assert_eq!(found(&store, "退款").await, [taken[0].id()].into());
    });
}

/// What is personal is not found by whoever guesses it.
#[test]
fn personal_data_is_masked_before_it_is_indexed() {
    on_both(|store| async move {
        let mut ids = Ids::new(6);
        let said = "我的手机是13912345678，请记一下".to_owned();
        let taken = take(&store, &[with_text("a", &[said])], &mut ids).await;
        assert!(found(&store, "13912345678").await.is_empty());
        assert!(found(&store, "91234").await.is_empty());
        assert_eq!(found(&store, "我的手机").await, [taken[0].id()].into());
    });
}
