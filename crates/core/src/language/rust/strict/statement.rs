//! Blocks and statements.

use syn::{Block, Expr, Label, Local, Pat, Stmt, StmtMacro};

use super::item::ItemContext;
use super::lower::Lower;

impl Lower<'_> {
    /// Adds a block without a label.
    pub(super) fn block(&mut self, block: &Block, field: u16) {
        self.labelled_block(block, None, field);
    }

    /// Adds a block with its label, which belongs to it in the grammar.
    pub(super) fn labelled_block(&mut self, block: &Block, label: Option<&Label>, field: u16) {
        self.node(self.kind.block, field, |this| {
            this.label(label);
            this.pass_text("{");
            this.inner_attributes();
            this.statements(&block.stmts);
            this.pass_text("}");
        });
    }

    pub(super) fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            self.statement(statement);
            if self.failure.is_some() {
                return;
            }
        }
    }

    /// Adds `'a:`, if there is one.
    pub(super) fn label(&mut self, label: Option<&Label>) {
        if label.is_some() {
            self.lifetime_or_label(self.kind.label, 0);
            self.pass_text(":");
        }
    }

    fn statement(&mut self, statement: &Stmt) {
        self.outer_attributes();
        match statement {
            Stmt::Local(local) => self.local(local),
            Stmt::Item(item) => self.item(item, ItemContext::Statements),
            Stmt::Macro(StmtMacro { semi_token: None, mac, .. }) => self.macro_invocation(mac, 0),
            Stmt::Macro(call) => self.node(self.kind.expression_statement, 0, |this| {
                this.macro_invocation(&call.mac, 0);
                this.pass_text(";");
            }),
            Stmt::Expr(Expr::Verbatim(tokens), Some(_)) if tokens.is_empty() => self.empty_statement(),
            Stmt::Expr(expression, semicolon) if ends_with_block(expression) => {
                self.node(self.kind.expression_statement, 0, |this| this.expression(expression, 0));
                if semicolon.is_some() {
                    self.empty_statement();
                }
            }
            Stmt::Expr(expression, Some(_)) => self.node(self.kind.expression_statement, 0, |this| {
                this.expression(expression, 0);
                this.pass_text(";");
            }),
            Stmt::Expr(expression, None) => self.expression(expression, 0),
        }
    }

    /// Adds a semicolon that is a statement.
    pub(super) fn empty_statement(&mut self) {
        self.node(self.kind.empty_statement, 0, |this| this.pass_text(";"));
    }

    fn local(&mut self, local: &Local) {
        self.node(self.kind.let_declaration, 0, |this| {
            this.pass_word("let");
            match &local.pat {
                Pat::Type(typed) => {
                    this.declared_pattern(&typed.pat);
                    this.pass_text(":");
                    this.type_(&typed.ty, this.field.type_);
                }
                pattern => this.declared_pattern(pattern),
            }
            if let Some(init) = &local.init {
                this.pass_text("=");
                this.expression(&init.expr, this.field.value);
                if let Some((_, diverge)) = &init.diverge {
                    this.pass_word("else");
                    this.expression(diverge, this.field.alternative);
                }
            }
            this.pass_text(";");
        });
    }
}

/// True for an expression that is a statement without a semicolon.
fn ends_with_block(expression: &Expr) -> bool {
    matches!(
        expression,
        Expr::Async(_)
            | Expr::Block(_)
            | Expr::Const(_)
            | Expr::ForLoop(_)
            | Expr::If(_)
            | Expr::Loop(_)
            | Expr::Match(_)
            | Expr::TryBlock(_)
            | Expr::Unsafe(_)
            | Expr::While(_)
    )
}
