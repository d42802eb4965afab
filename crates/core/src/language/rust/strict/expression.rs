//! Expressions.

use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, Token};

use super::lower::Lower;
use super::path::PathRole;
use crate::language::stack::with_step_stack;

impl Lower<'_> {
    /// Adds an expression, with the attributes before it.
    pub(super) fn expression(&mut self, expression: &Expr, field: u16) {
        with_step_stack(|| {
            self.outer_attributes();
            self.operation(expression, field);
        });
    }

    /// Adds an operator with its operands; [`Self::value`] adds all others.
    fn operation(&mut self, expression: &Expr, field: u16) {
        match expression {
            Expr::Assign(assign) => self.node(self.kind.assignment_expression, field, |this| {
                this.expression(&assign.left, this.field.left);
                this.pass_text("=");
                this.expression(&assign.right, this.field.right);
            }),
            Expr::Await(expression) => self.node(self.kind.await_expression, field, |this| {
                this.expression(&expression.base, 0);
                this.pass_text(".");
                this.pass_word("await");
            }),
            Expr::Binary(binary) => {
                let operator = operator_text(&binary.op);
                let compound = operator.len() > 1 && operator.ends_with('=') && !is_comparison(operator);
                let kind = if compound { self.kind.compound_assignment_expr } else { self.kind.binary_expression };
                self.node(kind, field, |this| {
                    this.expression(&binary.left, this.field.left);
                    this.pass_text(operator);
                    this.expression(&binary.right, this.field.right);
                });
            }
            Expr::Call(call) => self.node(self.kind.call_expression, field, |this| {
                this.expression(&call.func, this.field.function);
                this.arguments(&call.args);
            }),
            Expr::Cast(cast) => self.node(self.kind.type_cast_expression, field, |this| {
                this.expression(&cast.expr, this.field.value);
                this.pass_word("as");
                this.type_(&cast.ty, this.field.type_);
            }),
            Expr::Field(expression) => self.node(self.kind.field_expression, field, |this| {
                this.expression(&expression.base, this.field.value);
                this.pass_text(".");
                this.member(&expression.member, this.field.field);
            }),
            Expr::Group(group) => self.expression(&group.expr, field),
            Expr::Index(index) => self.node(self.kind.index_expression, field, |this| {
                this.expression(&index.expr, 0);
                this.pass_text("[");
                this.expression(&index.index, 0);
                this.pass_text("]");
            }),
            Expr::MethodCall(call) => self.method_call(call, field),
            Expr::Range(range) => self.node(self.kind.range_expression, field, |this| {
                if let Some(start) = &range.start {
                    this.expression(start, 0);
                }
                this.range_limits(&range.limits);
                if let Some(end) = &range.end {
                    this.expression(end, 0);
                }
            }),
            Expr::RawAddr(expression) => self.node(self.kind.reference_expression, field, |this| {
                this.pass_text("&");
                this.pass_word("raw");
                match expression.mutability {
                    syn::PointerMutability::Const(_) => this.pass_word("const"),
                    syn::PointerMutability::Mut(_) => this.optional_mut(),
                }
                this.expression(&expression.expr, this.field.value);
            }),
            Expr::Reference(expression) => self.node(self.kind.reference_expression, field, |this| {
                this.pass_text("&");
                if expression.mutability.is_some() {
                    this.optional_mut();
                }
                this.expression(&expression.expr, this.field.value);
            }),
            Expr::Try(expression) => self.node(self.kind.try_expression, field, |this| {
                this.expression(&expression.expr, 0);
                this.pass_text("?");
            }),
            Expr::Unary(expression) => self.node(self.kind.unary_expression, field, |this| {
                this.pass();
                this.expression(&expression.expr, 0);
            }),
            other => self.value(other, field),
        }
    }

    /// Adds values, closures and jumps; [`Self::control`] adds expressions with blocks.
    fn value(&mut self, expression: &Expr, field: u16) {
        match expression {
            Expr::Array(array) => self.node(self.kind.array_expression, field, |this| {
                this.list("[", array.elems.iter(), |this, element| this.expression(element, 0));
            }),
            Expr::Break(expression) => self.node(self.kind.break_expression, field, |this| {
                this.pass_word("break");
                if expression.label.is_some() {
                    this.lifetime_or_label(this.kind.label, 0);
                }
                if let Some(value) = &expression.expr {
                    this.expression(value, 0);
                }
            }),
            Expr::Closure(closure) => self.closure(closure, field),
            Expr::Continue(expression) => self.node(self.kind.continue_expression, field, |this| {
                this.pass_word("continue");
                if expression.label.is_some() {
                    this.lifetime_or_label(this.kind.label, 0);
                }
            }),
            Expr::Infer(_) => self.word(self.kind.identifier, field),
            Expr::Let(expression) => self.node(self.kind.let_condition, field, |this| {
                this.pass_word("let");
                this.pattern(&expression.pat, this.field.pattern);
                this.pass_text("=");
                this.expression(&expression.expr, this.field.value);
            }),
            Expr::Lit(_) => self.literal(field),
            Expr::Macro(call) => self.macro_invocation(&call.mac, field),
            Expr::Paren(paren) => self.node(self.kind.parenthesized_expression, field, |this| {
                this.pass_text("(");
                this.expression(&paren.expr, 0);
                this.pass_text(")");
            }),
            Expr::Path(path) => self.path(path.qself.as_ref(), &path.path, PathRole::Expression, field),
            Expr::Repeat(repeat) => self.node(self.kind.array_expression, field, |this| {
                this.pass_text("[");
                this.expression(&repeat.expr, 0);
                this.pass_text(";");
                this.expression(&repeat.len, this.field.length);
                this.pass_text("]");
            }),
            Expr::Return(expression) => self.node(self.kind.return_expression, field, |this| {
                this.pass_word("return");
                if let Some(value) = &expression.expr {
                    this.expression(value, 0);
                }
            }),
            Expr::Struct(expression) => self.struct_expression(expression, field),
            Expr::Tuple(tuple) => {
                let empty = tuple.elems.is_empty();
                let kind = if empty { self.kind.unit_expression } else { self.kind.tuple_expression };
                self.node(kind, field, |this| {
                    this.list("(", tuple.elems.iter(), |this, element| this.expression(element, 0));
                });
            }
            Expr::Yield(expression) => self.node(self.kind.yield_expression, field, |this| {
                this.pass_word("yield");
                if let Some(value) = &expression.expr {
                    this.expression(value, 0);
                }
            }),
            other => self.control(other, field),
        }
    }

    fn arguments(&mut self, arguments: &Punctuated<Expr, Token![,]>) {
        self.node(self.kind.arguments, self.field.arguments, |this| {
            this.list("(", arguments.iter(), |this, argument| this.expression(argument, 0));
        });
    }

    fn method_call(&mut self, call: &syn::ExprMethodCall, field: u16) {
        self.node(self.kind.call_expression, field, |this| {
            let function = this.field.function;
            if let Some(turbofish) = &call.turbofish {
                this.node(this.kind.generic_function, function, |this| {
                    this.method(call, function);
                    this.type_arguments(turbofish);
                });
            } else {
                this.method(call, function);
            }
            this.arguments(&call.args);
        });
    }

    fn method(&mut self, call: &syn::ExprMethodCall, field: u16) {
        self.node(self.kind.field_expression, field, |this| {
            this.expression(&call.receiver, this.field.value);
            this.pass_text(".");
            this.word(this.kind.field_identifier, this.field.field);
        });
    }

    fn struct_expression(&mut self, expression: &syn::ExprStruct, field: u16) {
        self.node(self.kind.struct_expression, field, |this| {
            this.path(expression.qself.as_ref(), &expression.path, PathRole::Struct, this.field.name);
            this.node(this.kind.field_initializer_list, this.field.body, |this| {
                this.pass_text("{");
                this.elements(expression.fields.iter(), Self::field_initializer);
                if expression.dot2_token.is_some() {
                    this.node(this.kind.base_field_initializer, 0, |this| {
                        this.pass_text("..");
                        match &expression.rest {
                            Some(rest) => this.expression(rest, 0),
                            // In the arguments of a macro it is a pattern.
                            None if this.macro_depth > 0 => this.give_up("a pattern among expressions"),
                            None => {}
                        }
                    });
                }
                this.pass_text("}");
            });
        });
    }

    fn field_initializer(&mut self, initializer: &syn::FieldValue) {
        if initializer.colon_token.is_none() {
            self.node(self.kind.shorthand_field_initializer, 0, |this| {
                this.outer_attributes();
                this.name(0);
            });
            return;
        }
        self.node(self.kind.field_initializer, 0, |this| {
            this.outer_attributes();
            this.member(&initializer.member, this.field.field);
            this.pass_text(":");
            this.expression(&initializer.expr, this.field.value);
        });
    }

    fn closure(&mut self, closure: &syn::ExprClosure, field: u16) {
        self.node(self.kind.closure_expression, field, |this| {
            if let Some(lifetimes) = &closure.lifetimes {
                this.for_lifetimes(lifetimes);
            }
            while !this.token_is(0, b'|') && this.failure.is_none() {
                this.pass();
            }
            let start = this.token().start;
            this.builder.open_custom_tokens_at(this.kind.closure_parameters, this.field.parameters, start);
            this.pass_text("|");
            this.elements(closure.inputs.iter(), Self::closure_parameter);
            this.pass_text("|");
            this.close();
            this.return_type(&closure.output);
            if matches!(&*closure.body, Expr::Infer(_)) {
                this.pass_word("_");
            } else {
                this.expression(&closure.body, this.field.body);
            }
        });
    }

    fn closure_parameter(&mut self, parameter: &syn::Pat) {
        self.outer_attributes();
        match parameter {
            syn::Pat::Type(typed) => self.node(self.kind.parameter, 0, |this| {
                this.declared_pattern(&typed.pat);
                this.pass_text(":");
                this.type_(&typed.ty, this.field.type_);
            }),
            pattern => self.pattern(pattern, 0),
        }
    }

    pub(super) fn range_limits(&mut self, limits: &syn::RangeLimits) {
        match limits {
            syn::RangeLimits::HalfOpen(_) => self.pass_text(".."),
            // Patterns may still have `...`.
            syn::RangeLimits::Closed(_) if self.token_is(2, b'.') => self.pass_text("..."),
            syn::RangeLimits::Closed(_) => self.pass_text("..="),
        }
    }
}

fn is_comparison(operator: &str) -> bool {
    matches!(operator, "==" | "!=" | "<=" | ">=")
}

fn operator_text(operator: &BinOp) -> &'static str {
    match operator {
        BinOp::Add(_) => "+",
        BinOp::Sub(_) => "-",
        BinOp::Mul(_) => "*",
        BinOp::Div(_) => "/",
        BinOp::Rem(_) => "%",
        BinOp::And(_) => "&&",
        BinOp::Or(_) => "||",
        BinOp::BitXor(_) => "^",
        BinOp::BitAnd(_) => "&",
        BinOp::BitOr(_) => "|",
        BinOp::Shl(_) => "<<",
        BinOp::Shr(_) => ">>",
        BinOp::Eq(_) => "==",
        BinOp::Lt(_) => "<",
        BinOp::Le(_) => "<=",
        BinOp::Ne(_) => "!=",
        BinOp::Ge(_) => ">=",
        BinOp::Gt(_) => ">",
        BinOp::AddAssign(_) => "+=",
        BinOp::SubAssign(_) => "-=",
        BinOp::MulAssign(_) => "*=",
        BinOp::DivAssign(_) => "/=",
        BinOp::RemAssign(_) => "%=",
        BinOp::BitXorAssign(_) => "^=",
        BinOp::BitAndAssign(_) => "&=",
        BinOp::BitOrAssign(_) => "|=",
        BinOp::ShlAssign(_) => "<<=",
        BinOp::ShrAssign(_) => ">>=",
        // An operator that syn may add later: no token matches, so the item is given up.
        _ => "?",
    }
}
