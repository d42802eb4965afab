//! The rooms of a crate by floor, and the arrows between them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::imports::circles::{circles, shortest_round};
use crate::imports::source::CrateSource;

/// The rooms, numbered from the ground up.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    folder: String,
    list: Vec<Room>,
    arrows: BTreeMap<(usize, usize), Vec<ImportSite>>,
    /// Messages on paths that lead into no room, and on files that belong to none.
    strays: Vec<String>,
}

#[derive(Debug)]
struct Room {
    name: String,
    floor: usize,
    lines: usize,
    /// Circles between its files, each as the paths of the files.
    circles: Vec<Vec<String>>,
}

/// A place that names a path.
#[derive(Debug)]
struct ImportSite {
    file: String,
    line: usize,
    path: String,
}

impl Rooms {
    /// The rooms of a crate; `folder` is shown before the paths of its files.
    pub fn new(folder: &str, source: &CrateSource) -> Self {
        let mut rooms = Self { folder: folder.to_owned(), ..Self::default() };
        for (floor, names) in source.floors.iter().enumerate() {
            rooms.list.extend(names.iter().map(|name| room(name, floor, source)));
        }
        for reference in &source.references {
            let path = reference.to.join("::");
            let file = source.modules.get(&reference.from).map(|file| format!("{folder}/{}", file.path));
            let site = ImportSite { file: file.unwrap_or_default(), line: reference.line, path };
            let number = |path: &[String]| rooms.list.iter().position(|room| path.first() == Some(&room.name));
            match (number(&reference.from), number(&reference.to)) {
                (Some(from), Some(to)) if from != to => rooms.arrows.entry((from, to)).or_default().push(site),
                (Some(_), Some(_)) => {}
                _ => rooms.strays.push(format!("`crate::{}` leads into no room\n    {}", site.path, site.shown())),
            }
        }
        let unreached = source.unreached.iter().map(|path| format!("no `mod` leads to a file\n    {folder}/{path}"));
        rooms.strays.extend(unreached);
        rooms
    }

    /// The rooms with their lines of code and arrows by floor, then circles of files, as lines of text.
    pub fn overview(&self) -> String {
        let floors = self.list.last().map_or(0, |room| room.floor + 1);
        let lines: usize = self.list.iter().map(|room| room.lines).sum();
        let mut text =
            format!("{}: {} rooms on {floors} floors, {lines} lines of code\n", self.folder, self.list.len());
        let width = self.list.iter().map(|room| room.name.len()).max().unwrap_or_default();
        for (number, room) in self.list.iter().enumerate() {
            let is_first = number == 0 || self.list[number - 1].floor != room.floor;
            let floor = if is_first { (room.floor + 1).to_string() } else { String::new() };
            let _ = write!(text, "{floor:>3}  {:width$} {:>6}", room.name, room.lines);
            let arrows = self.arrows.iter().filter(|((from, _), _)| *from == number);
            for (separator, ((_, to), sites)) in [" → "].into_iter().chain(std::iter::repeat(", ")).zip(arrows) {
                let _ = write!(text, "{separator}{} {}", self.list[*to].name, sites.len());
            }
            text.push('\n');
        }
        let circles: Vec<&Vec<String>> = self.list.iter().flat_map(|room| &room.circles).collect();
        if !circles.is_empty() {
            text.push_str("for information, files of one room in a circle:\n");
        }
        for circle in circles {
            let _ = writeln!(text, "  {}", circle.join(", "));
        }
        text
    }

    /// Messages on circles between rooms, on arrows that run up, and on what belongs to no room.
    pub fn faults(&self) -> Vec<String> {
        let edges: BTreeSet<(usize, usize)> = self.arrows.keys().copied().collect();
        let mut faults = Vec::new();
        for circle in circles(&edges) {
            let names = |rooms: &[usize]| rooms.iter().map(|&room| &*self.list[room].name).collect::<Vec<_>>();
            let round = names(&shortest_round(circle[0], &edges)).join(" → ");
            let mut fault = format!("circle of {}: {round}", names(&circle).join(", "));
            for ((from, to), sites) in &self.arrows {
                let is_level = self.list[*from].floor == self.list[*to].floor;
                if is_level && circle.contains(from) && circle.contains(to) {
                    fault.extend(sites.iter().map(|site| format!("\n    {}", site.shown())));
                }
            }
            faults.push(fault);
        }
        for ((from, to), sites) in &self.arrows {
            let (from, to) = (&self.list[*from], &self.list[*to]);
            if from.floor < to.floor {
                let mut fault = format!("upward: {} → {}", from.name, to.name);
                fault.extend(sites.iter().map(|site| format!("\n    {}", site.shown())));
                faults.push(fault);
            }
        }
        faults.extend(self.strays.iter().cloned());
        faults
    }
}

impl ImportSite {
    fn shown(&self) -> String {
        format!("{}:{} {}", self.file, self.line, self.path)
    }
}

fn room(name: &str, floor: usize, source: &CrateSource) -> Room {
    let is_inside = |path: &[String]| path.first().is_some_and(|room| room == name);
    let modules = source.modules.iter().filter(|(path, _)| is_inside(path));
    let edges: BTreeSet<(&[String], &[String])> = source
        .references
        .iter()
        .filter(|reference| is_inside(&reference.from))
        .filter_map(|reference| Some((&*reference.from, source.module_of(&reference.to)?)))
        .filter(|(from, to)| from != to && is_inside(to))
        .collect();
    let file = |path: &[String]| source.modules.get(path).map(|file| file.path.clone()).unwrap_or_default();
    let circles = circles(&edges).iter().map(|circle| circle.iter().map(|path| file(path)).collect()).collect();
    Room { name: name.to_owned(), floor, lines: modules.map(|(_, file)| file.lines).sum(), circles }
}
