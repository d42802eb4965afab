//! `lawbook lsp`: the language server, on standard input and output.

use lawbook_core::pack::Pack;

use crate::args::LspArgs;
use crate::command::Context;

/// Serves the editor and returns the exit code.
#[cfg(feature = "lsp")]
pub(crate) fn run(packs: Vec<Pack>, args: &LspArgs, _: &mut Context<'_>) -> u8 {
    lawbook_lsp::serve_stdio(packs, args.client_process_id)
}

/// Says that this program was built without the server.
#[cfg(not(feature = "lsp"))]
pub(crate) fn run(_: Vec<Pack>, _: &LspArgs, context: &mut Context<'_>) -> u8 {
    use lawbook_core::mistake::Mistake;

    use crate::report::mistakes::{self, MistakeFormat};

    let mistake = Mistake::new("this program was built without its language server");
    let mistake = mistake.with_help("build it with the feature `lsp`, which is on by default");
    mistakes::show(&[mistake], MistakeFormat::Pretty, &mut context.output);
    super::EXIT_COULD_NOT_RUN
}
