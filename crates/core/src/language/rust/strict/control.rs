//! Expressions with blocks: conditions, matches, loops.

use syn::{Arm, BinOp, Expr, ExprBinary, Pat};

use super::lower::Lower;

impl Lower<'_> {
    /// Adds an expression with a block; gives up one that syn does not interpret.
    pub(super) fn control(&mut self, expression: &Expr, field: u16) {
        match expression {
            Expr::Async(expression) => self.node(self.kind.async_block, field, |this| {
                this.pass_word("async");
                if expression.capture.is_some() {
                    this.pass_word("move");
                }
                this.block(&expression.block, 0);
            }),
            Expr::Block(expression) => self.labelled_block(&expression.block, expression.label.as_ref(), field),
            Expr::Const(expression) => self.node(self.kind.const_block, field, |this| {
                this.pass_word("const");
                this.block(&expression.block, this.field.body);
            }),
            Expr::ForLoop(expression) => self.node(self.kind.for_expression, field, |this| {
                this.label(expression.label.as_ref());
                this.pass_word("for");
                this.pattern(&expression.pat, this.field.pattern);
                this.pass_word("in");
                this.expression(&expression.expr, this.field.value);
                this.block(&expression.body, this.field.body);
            }),
            Expr::If(expression) => self.node(self.kind.if_expression, field, |this| {
                this.pass_word("if");
                this.condition(&expression.cond, this.field.condition);
                this.block(&expression.then_branch, this.field.consequence);
                if let Some((_, alternative)) = &expression.else_branch {
                    this.node(this.kind.else_clause, this.field.alternative, |this| {
                        this.pass_word("else");
                        this.expression(alternative, 0);
                    });
                }
            }),
            Expr::Loop(expression) => self.node(self.kind.loop_expression, field, |this| {
                this.label(expression.label.as_ref());
                this.pass_word("loop");
                this.block(&expression.body, this.field.body);
            }),
            Expr::Match(expression) => self.node(self.kind.match_expression, field, |this| {
                this.pass_word("match");
                this.expression(&expression.expr, this.field.value);
                this.node(this.kind.match_block, this.field.body, |this| {
                    this.pass_text("{");
                    for arm in &expression.arms {
                        this.arm(arm);
                        if this.failure.is_some() {
                            return;
                        }
                    }
                    this.pass_text("}");
                });
            }),
            Expr::TryBlock(expression) => self.node(self.kind.try_block, field, |this| {
                this.pass_word("try");
                this.block(&expression.block, 0);
            }),
            Expr::Unsafe(expression) => self.node(self.kind.unsafe_block, field, |this| {
                this.pass_word("unsafe");
                this.block(&expression.block, 0);
            }),
            Expr::While(expression) => self.node(self.kind.while_expression, field, |this| {
                this.label(expression.label.as_ref());
                this.pass_word("while");
                this.condition(&expression.cond, this.field.condition);
                this.block(&expression.body, this.field.body);
            }),
            _ => self.give_up("an expression that syn does not interpret"),
        }
    }

    fn arm(&mut self, arm: &Arm) {
        self.node(self.kind.match_arm, 0, |this| {
            // In the grammar the inner attributes of a match belong to its first arm.
            this.inner_attributes();
            this.outer_attributes();
            this.node(this.kind.match_pattern, this.field.pattern, |this| match &arm.pat {
                Pat::Guard(guarded) => {
                    this.pattern(&guarded.pat, 0);
                    this.pass_word("if");
                    this.condition(&guarded.guard, this.field.condition);
                }
                pattern => this.pattern(pattern, 0),
            });
            this.pass_text("=>");
            this.expression(&arm.body, this.field.value);
            this.pass_if(b',');
        });
    }

    /// Adds a condition; a chain with `let` is flat.
    fn condition(&mut self, condition: &Expr, field: u16) {
        if is_chain(condition) {
            self.node(self.kind.let_chain, field, |this| this.chain_operands(condition));
        } else {
            self.expression(condition, field);
        }
    }

    fn chain_operands(&mut self, expression: &Expr) {
        crate::language::stack::with_step_stack(|| match expression {
            Expr::Binary(ExprBinary { left, op: BinOp::And(_), right, .. }) if is_chain(expression) => {
                self.chain_operands(left);
                self.pass_text("&&");
                self.expression(right, 0);
            }
            link => self.expression(link, 0),
        });
    }
}

/// True for operands of `&&` of which one is a `let`.
pub(super) fn is_chain(mut expression: &Expr) -> bool {
    while let Expr::Binary(ExprBinary { left, op: BinOp::And(_), right, .. }) = expression {
        if matches!(**right, Expr::Let(_)) || matches!(**left, Expr::Let(_)) {
            return true;
        }
        expression = left;
    }
    false
}
