//! The expectations of a simulation: which entries and findings there must be after a commit or a merge.

use std::collections::BTreeSet;

use super::entries::{self, FoundEntries};
use super::oracle::{FindingCounts, ReportedFinding, both, count, merged, more, total, unknown};
use super::{BranchState, Simulation, name_now};

impl Simulation<'_> {
    /// Counts the entries that a merge kept though one side took an equal one out. Such an entry may hide a finding only
    /// where our side of a source conflict undid a fix of their side, in this merge or in an earlier one, where there were
    /// equal findings, or where a side has accepted it anew.
    pub(super) fn explain_kept(
        &mut self,
        when: &str,
        sides: [&BranchState; 3],
        anew: &FindingCounts,
        state: &BranchState,
        disputed: &BTreeSet<String>,
    ) {
        let [base, ours, theirs] = sides.map(|side| self.now(&side.accepted));
        // A side that has a finding without an entry did not take the entry out with a fix that is still there.
        let unfixed = [(sides[1], &ours), (sides[2], &theirs)]
            .map(|(side, accepted)| more(&self.now(&count(&side.found)), accepted));
        let (least, kept) = (merged(&base, &ours, &theirs), self.now(&state.accepted));
        self.outcome.outlived += total(&more(&kept, &least));
        let disputed: BTreeSet<String> = disputed.iter().map(|path| self.first_name(path).to_owned()).collect();
        let mut hidden = FindingCounts::new();
        let expected = more(&both(&count(&state.found), &kept), &least);
        for (key, count) in more(&expected, &self.now(anew)) {
            if disputed.contains(self.first_name(&key.0)) || unfixed.iter().any(|side| side.contains_key(&key)) {
                self.outcome.back += count;
            } else if [&base, &ours, &theirs].iter().any(|counts| counts.get(&key).is_some_and(|count| *count > 1)) {
                self.outcome.twins += count;
            } else {
                hidden.insert(key, count);
            }
        }
        if !hidden.is_empty() {
            self.outcome.new_hidden += total(&hidden);
            self.fail(format!("{when}: known by entries that one side took out: {hidden:?}"));
        }
    }

    /// Reads the entries of the baseline and compares them with the findings that it must hold.
    pub(super) fn check_entries(&mut self, when: &str, state: &mut BranchState) -> Result<(), String> {
        state.entries = entries::read(&self.folder)?;
        let there = self.first_counts(entries::count(&state.entries));
        let (excess, missing) = (more(&there, &state.accepted), more(&state.accepted, &there));
        if total(&excess) + total(&missing) > 0 {
            self.outcome.miscounted += total(&excess) + total(&missing);
            self.fail(format!("{when}: entries that nothing accounts for {excess:?}, missing {missing:?}"));
            state.accepted = there;
        }
        Ok(())
    }

    /// Compares the report of `check` with the findings that it must have.
    pub(super) fn check_report(&mut self, when: &str, state: &BranchState) -> Result<(), String> {
        let reported = count(&self.check(&[])?);
        // The entries say which counts are known, and the commits how many.
        let accepted = self.now(&state.accepted);
        let FoundEntries { mut values, lost } = self.find_entries(&state.found)?;
        values.retain(|key, _| accepted.contains_key(key));
        let expected = unknown(&state.found, &values);
        self.outcome.unfollowed += total(&self.first_time_lost(both(&lost, &expected)));
        let known = self.first_time(false, more(&reported, &expected));
        let hidden = self.first_time(true, more(&expected, &reported));
        self.outcome.known_reported += total(&known);
        self.outcome.new_hidden += total(&hidden);
        if total(&known) > 0 {
            self.fail(format!("{when}: reported though known: {known:?}"));
        }
        if total(&hidden) > 0 {
            self.fail(format!("{when}: hidden though new: {hidden:?}"));
        }
        Ok(())
    }

    /// The entries in the folder, as a run with these findings finds them.
    pub(super) fn find_entries(&self, found: &[ReportedFinding]) -> Result<FoundEntries, String> {
        let path_now = |path: &str| name_now(path, &self.first_names, &|path| self.folder.join(path).is_file());
        let first_print = |print: &str| {
            let mut print = print.to_owned();
            self.first_print(&mut print);
            print
        };
        Ok(entries::find(&entries::read(&self.folder)?, found, path_now, first_print))
    }

    /// The findings without entries that lead to them which were not counted before.
    fn first_time_lost(&mut self, mut lost: FindingCounts) -> FindingCounts {
        lost.retain(|key, _| self.lost_entries.insert(key.clone()));
        lost
    }

    /// The findings that were not counted before: a wrong report stays wrong at every check that follows.
    fn first_time(&mut self, is_hidden: bool, mut wrong: FindingCounts) -> FindingCounts {
        wrong.retain(|(path, print), _| self.wrong_reports.insert((is_hidden, path.clone(), print.clone())));
        wrong
    }
}
