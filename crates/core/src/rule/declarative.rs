//! stub
use crate::language::Dialect;
use crate::mistake::Mistake;
use crate::rule::page::{Options, Page};
use crate::rule::{Interest, Rule};
use std::sync::Arc;
/// stub
#[derive(Debug)]
pub struct Declarative;
impl Declarative {
    /// stub
    pub fn new(_page: Arc<Page>, _options: Options) -> Self {
        Self
    }
    /// stub
    pub fn compile_all(&self) -> Vec<Mistake> {
        Vec::new()
    }
}
impl Rule for Declarative {
    fn interest(&self, _d: &'static Dialect) -> Interest {
        Interest::none()
    }
}
