//! Who listens to what was drawn.

use super::lot::{Lot, Purpose};

/// Deals calls out to listeners: each call to `seats` of those who `may` hear it (call, listener), always to whoever has the least
/// so far; among equals the lot decides. `load` is what each has already. Fewer seats than wanted where too few may. The same seed
/// and the same ids give the same deal, in whatever order the calls come.
#[must_use]
pub fn deal(
    seed: u64,
    calls: &[&str],
    load: &[u64],
    seats: usize,
    may: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..calls.len()).collect();
    // Not in the order of lots that drew them: then the first of each stratum would go to the same few.
    order.sort_by_cached_key(|call| Lot::of(seed, Purpose::Deal, calls[*call]));
    let mut load = load.to_vec();
    let mut dealt = vec![Vec::new(); calls.len()];
    for call in order {
        let mut able: Vec<usize> = (0..load.len()).filter(|listener| may(call, *listener)).collect();
        let lot = |listener: usize| Lot::of(seed, Purpose::Deal, &format!("{}/{listener}", calls[call]));
        able.sort_by_cached_key(|listener| (load[*listener], lot(*listener)));
        able.truncate(seats);
        for listener in &able {
            load[*listener] += 1;
        }
        dealt[call] = able;
    }
    dealt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(many: usize) -> Vec<String> {
        (0..many).map(|one| format!("c-{one}")).collect()
    }

    fn loads(dealt: &[Vec<usize>], listeners: usize) -> Vec<usize> {
        (0..listeners).map(|one| dealt.iter().flatten().filter(|who| **who == one).count()).collect()
    }

    #[test]
    fn everybody_has_as_much_and_two_who_hear_one_call_are_two() {
        let ids = ids(50);
        let calls: Vec<&str> = ids.iter().map(String::as_str).collect();
        let dealt = deal(7, &calls, &[0, 0, 0, 0], 2, |_, _| true);
        assert_eq!(loads(&dealt, 4), [25; 4]);
        assert!(dealt.iter().all(|two| two.len() == 2 && two[0] != two[1]));
    }

    #[test]
    fn who_has_much_already_gets_less_and_nobody_hears_their_own() {
        let ids = ids(40);
        let calls: Vec<&str> = ids.iter().map(String::as_str).collect();
        assert_eq!(loads(&deal(7, &calls, &[20, 0, 0], 1, |_, _| true), 3), [0, 20, 20]);
        let own = |call: usize, listener: usize| call % 2 != listener;
        let dealt = deal(7, &calls, &[0, 0], 1, own);
        assert!(dealt.iter().enumerate().all(|(call, who)| own(call, who[0])));
        assert_eq!(deal(7, &calls, &[], 2, |_, _| true), vec![Vec::<usize>::new(); 40], "nobody is there");
        assert!(deal(7, &calls, &[0, 0], 2, |_, who| who == 0).iter().all(|who| *who == [0]));
    }

    #[test]
    fn the_order_of_calls_plays_no_part() {
        let ids = ids(30);
        let calls: Vec<&str> = ids.iter().map(String::as_str).collect();
        let backwards: Vec<&str> = calls.iter().rev().copied().collect();
        let mut other = deal(9, &backwards, &[0, 3, 1], 2, |_, _| true);
        other.reverse();
        assert_eq!(deal(9, &calls, &[0, 3, 1], 2, |_, _| true), other);
    }
}
