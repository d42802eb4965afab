//! stub
use crate::rule::page::Options;
pub(crate) fn fill_options(m: &str, _o: &Options) -> String {
    m.to_owned()
}
