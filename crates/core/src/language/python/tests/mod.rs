//! Tests of Python by topic, and its samples for the checklist of languages.

mod code;
mod comments;
mod definitions;
mod limits;
mod modules;

pub(super) const SAMPLE: &str = r#""""A module."""

from sample_module import imported


def documented(parameter):
    """It is documented."""
    imported("a string", 42, True)
    return parameter


def _hidden():
    pass


def branching(a, b):
    for _ in [1]:
        if a and b:
            _hidden()


async def waits(thing):
    thing.act()


class Thing:
    size = 1

    def act(self):
        pass


def test_documented():
    in_test()
"#;

pub(super) const MORE_SAMPLES: &[(&str, &str)] = &[(
    "py",
    r#"
type A = B  # C
c = {"d": None, **e}
f.g = lambda h: not i[0] + f"{j * 2}"
@k
async def l(m: N):
    try:
        await o
    except P:
        raise Q if r else s
    match t:
        case 1:
            while u:
                break
"#,
)];
