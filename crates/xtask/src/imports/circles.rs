//! Circles of a directed graph.

use std::collections::{BTreeMap, BTreeSet};

/// The strongly connected components of at least two nodes, each sorted.
pub(super) fn circles<N: Copy + Ord>(edges: &BTreeSet<(N, N)>) -> Vec<Vec<N>> {
    let mut next: BTreeMap<N, Vec<N>> = BTreeMap::new();
    for &(from, to) in edges {
        next.entry(from).or_default().push(to);
    }
    let reached: BTreeMap<N, BTreeSet<N>> = next.keys().map(|&from| (from, reached_from(from, &next))).collect();
    let reaches = |from: N, to: N| reached.get(&from).is_some_and(|reached| reached.contains(&to));
    let mut circles: Vec<Vec<N>> = Vec::new();
    for &node in next.keys() {
        if circles.iter().all(|circle| !circle.contains(&node)) {
            let circle: Vec<N> =
                next.keys().copied().filter(|&other| reaches(node, other) && reaches(other, node)).collect();
            if circle.len() > 1 {
                circles.push(circle);
            }
        }
    }
    circles
}

/// The shortest path along the edges from a node back to it, by breadth-first search.
pub(super) fn shortest_round<N: Copy + Ord>(start: N, edges: &BTreeSet<(N, N)>) -> Vec<N> {
    let mut ways = vec![vec![start]];
    let mut seen = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            let last = way.last().copied().unwrap_or(start);
            for &(_, to) in edges.iter().filter(|(from, _)| *from == last) {
                let longer_way = || way.iter().copied().chain([to]).collect::<Vec<N>>();
                if to == start {
                    return longer_way();
                }
                if seen.insert(to) {
                    longer.push(longer_way());
                }
            }
        }
        ways = longer;
    }
    Vec::new()
}

/// The nodes that are reached from a node by one edge or more.
fn reached_from<N: Copy + Ord>(from: N, next: &BTreeMap<N, Vec<N>>) -> BTreeSet<N> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        open.extend(next.get(&node).into_iter().flatten().copied().filter(|&to| reached.insert(to)));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(edges: &[(u8, u8)], expected: &[&[u8]]) {
        let edges = edges.iter().copied().collect();
        let found = circles(&edges);
        assert_eq!(found, expected);
        for circle in found {
            let round = shortest_round(circle[0], &edges);
            assert!(round.len() > 2 && round.first() == round.last(), "{round:?}");
            assert!(round.windows(2).all(|pair| edges.contains(&(pair[0], pair[1]))), "{round:?}");
        }
    }

    #[test]
    fn circles_are_sets_of_nodes_that_lead_to_one_another() {
        check(&[], &[]);
        check(&[(1, 2), (1, 3), (2, 3), (3, 3)], &[]);
        check(&[(1, 2), (2, 1), (2, 3)], &[&[1, 2]]);
        check(&[(1, 2), (2, 3), (3, 1), (3, 4), (4, 5), (5, 4), (6, 1)], &[&[1, 2, 3], &[4, 5]]);
    }
}
