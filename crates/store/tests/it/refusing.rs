//! What was refused is kept, and the same again is counted.

use lingjian_model::UserId;
use lingjian_store::{NewRefusal, RefusalKind, Store};

use crate::both::{Ids, NOW, on_both};

fn refused(file: &str, reason: &str) -> NewRefusal {
    let advice = Some("重新导出".to_owned());
    NewRefusal { file: file.to_owned(), line: None, field: None, reason: reason.to_owned(), advice }
}

async fn refuse(store: &Store, source: Option<&str>, which: &[NewRefusal], at: i64, ids: &mut Ids) {
    let who = UserId(ids.next());
    let mut transaction = store.begin().await.unwrap();
    let kind = RefusalKind::Recordings;
    transaction.refuse(kind, source, (who, "wang"), which.to_vec(), at, &mut || ids.next()).await.unwrap();
    transaction.commit().await.unwrap();
}

#[test]
fn refusals_are_listed_newest_first_page_by_page_and_counted() {
    on_both(|store| async move {
        let mut ids = Ids::new(1);
        let many: Vec<NewRefusal> =
            (0..2500).map(|at| refused(&format!("录音/{at}.wav"), "is no recording")).collect();
        refuse(&store, Some("pbx"), &many, NOW, &mut ids).await;
        let twice = [many[7].clone(), refused("x.wav", "is cut off"), refused("x.wav", "is cut off")];
        refuse(&store, Some("pbx"), &twice, NOW + 5, &mut ids).await;
        refuse(&store, None, &[many[7].clone()], NOW + 9, &mut ids).await;

        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = store.refusals(None, after, 400).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.at, last.id));
            all.extend(page);
        }
        assert_eq!(all.len(), 2502);
        assert!(all.is_sorted_by_key(|one| std::cmp::Reverse((one.at, one.id))));
        let newest: Vec<_> = all.iter().take(3).map(|one| (one.what.file.as_str(), one.times)).collect();
        assert_eq!(newest[0], ("录音/7.wav", 1), "from another source it is another thing");
        assert!(newest[1..].contains(&("录音/7.wav", 2)) && newest[1..].contains(&("x.wav", 1)));
        let again = all.iter().find(|one| one.times == 2).unwrap();
        assert_eq!((again.first_at, again.at, again.actor_name.as_str()), (NOW, NOW + 5, "wang"));
        assert_eq!(again.what, many[7]);
        assert!(store.refusals(Some(RefusalKind::Calls), None, 10).await.unwrap().is_empty());
    });
}
