//! Statements.

use oxc_ast::ast::{
    BlockStatement, CatchClause, Declaration, Directive, Expression, ForStatement, ForStatementInit, ForStatementLeft,
    IfStatement, Statement, SwitchStatement, TryStatement, VariableDeclaration, VariableDeclarationKind,
    VariableDeclarator,
};

use crate::language::ecmascript::strict::asi::BeforeSemicolon;
use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn statement(&mut self, statement: &Statement<'_>, field: u16) {
        self.with_stack(|emit| emit.statement_on_ensured_stack(statement, field));
    }

    fn statement_on_ensured_stack(&mut self, statement: &Statement<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(statement);
        match statement {
            Statement::BlockStatement(block) => {
                // To tree-sitter's parser an empty block may still be an empty object.
                let before = if block.body.is_empty() { BeforeSemicolon::Expression } else { BeforeSemicolon::Other };
                self.block_statement(block, field, before);
            }
            Statement::BreakStatement(jump) => {
                self.jump(k.break_statement, jump.label.as_ref().map(span), at, field);
            }
            Statement::ContinueStatement(jump) => {
                self.jump(k.continue_statement, jump.label.as_ref().map(span), at, field);
            }
            Statement::DebuggerStatement(_) => {
                self.open(k.debugger_statement, field, at);
                self.close_statement(at.end, BeforeSemicolon::Other);
            }
            Statement::DoWhileStatement(loop_) => {
                self.open(k.do_statement, field, at);
                self.statement(&loop_.body, f.body);
                self.condition(&loop_.test, f.condition);
                self.close_statement(at.end, BeforeSemicolon::Other);
            }
            Statement::EmptyStatement(_) => self.tokens(k.empty_statement, field, at),
            Statement::ExpressionStatement(inner) => {
                self.open(k.expression_statement, field, at);
                self.expression(&inner.expression, NO_FIELD);
                self.close_statement(at.end, BeforeSemicolon::Expression);
            }
            Statement::ForInStatement(loop_) => {
                self.for_in(&loop_.left, &loop_.right, &loop_.body, at, field);
            }
            Statement::ForOfStatement(loop_) => {
                self.for_in(&loop_.left, &loop_.right, &loop_.body, at, field);
            }
            Statement::ForStatement(loop_) => self.for_statement(loop_, field),
            Statement::IfStatement(choice) => self.if_statement(choice, field),
            Statement::LabeledStatement(labeled) => {
                self.open(k.labeled_statement, field, at);
                self.leaf(k.statement_identifier, f.label, span(&labeled.label));
                self.statement(&labeled.body, f.body);
                self.close();
            }
            Statement::ReturnStatement(inner) => {
                self.open(k.return_statement, field, at);
                let before = match &inner.argument {
                    Some(argument) => {
                        self.expression(argument, NO_FIELD);
                        BeforeSemicolon::Expression
                    }
                    None => BeforeSemicolon::Other,
                };
                self.close_statement(at.end, before);
            }
            Statement::SwitchStatement(switch) => self.switch(switch, field),
            Statement::ThrowStatement(throw) => {
                self.open(k.throw_statement, field, at);
                self.expression(&throw.argument, NO_FIELD);
                self.close_statement(at.end, BeforeSemicolon::Expression);
            }
            Statement::TryStatement(attempt) => self.try_statement(attempt, field),
            Statement::WhileStatement(loop_) => {
                self.open(k.while_statement, field, at);
                self.condition(&loop_.test, f.condition);
                self.statement(&loop_.body, f.body);
                self.close();
            }
            Statement::WithStatement(with) => {
                self.open(k.with_statement, field, at);
                self.condition(&with.object, f.object);
                self.statement(&with.body, f.body);
                self.close();
            }
            _ => {
                if let Some(declaration) = statement.as_declaration() {
                    self.declaration(declaration, field);
                } else if let Some(declaration) = statement.as_module_declaration() {
                    self.module_declaration(declaration, field);
                }
            }
        }
    }

    pub(super) fn declaration(&mut self, declaration: &Declaration<'_>, field: u16) {
        let k = self.kinds();
        let mut at = span(declaration);
        if let Declaration::TSExternalModuleDeclaration(module) = declaration
            && module.body.is_none()
        {
            // In the grammar the `;` of a module without a body is a statement of its own.
            at.end = span(&module.id).end;
        }
        if declaration.declare() && !self.starts_with(at.start, "declare") {
            // The `declare` stands around the declaration.
            return self.bare_declaration(declaration, at.start, field);
        }
        if declaration.declare() {
            self.open(k.ambient_declaration, field, at);
            self.bare_declaration(declaration, self.skip(at.start + 7), NO_FIELD);
            self.close();
        } else {
            self.bare_declaration(declaration, at.start, field);
        }
        if let Declaration::TSExternalModuleDeclaration(module) = declaration
            && module.body.is_none()
        {
            let semicolon = self.after(span(&module.id).end, ";");
            if semicolon > at.end && self.byte(semicolon.saturating_sub(1)) == b';' {
                self.tokens(k.empty_statement, NO_FIELD, Span::new(semicolon - 1, semicolon));
            }
        }
    }

    /// Adds a declaration without its `declare`, which ends before `start`.
    fn bare_declaration(&mut self, declaration: &Declaration<'_>, start: u32, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        // To tree-sitter's parser a function or class at the start of a statement may still be an expression.
        let before = if field == f.declaration { BeforeSemicolon::Other } else { BeforeSemicolon::Expression };
        match declaration {
            Declaration::VariableDeclaration(variables) => {
                let end = span(&**variables).end;
                self.variables(variables, Span::new(start, end), field);
                let initialized = variables.declarations.last().is_some_and(|last| last.init.is_some());
                self.close_statement(
                    end,
                    if initialized { BeforeSemicolon::Expression } else { BeforeSemicolon::Other },
                );
            }
            Declaration::FunctionDeclaration(function) => self.function_declaration(function, start, field, before),
            Declaration::ClassDeclaration(class) => {
                let kind = if class.r#abstract { k.abstract_class_declaration } else { k.class_declaration };
                let start = (start != span(&**class).start).then_some(start);
                self.class(class, kind, field, start, before);
            }
            Declaration::TSTypeAliasDeclaration(alias) => {
                let end = span(&**alias).end;
                self.open(k.type_alias_declaration, field, Span::new(start, end));
                self.leaf(k.type_identifier, f.name, span(&alias.id));
                self.optional_type_parameters(alias.type_parameters.as_deref());
                self.type_(&alias.type_annotation, f.value);
                self.close_statement(end, BeforeSemicolon::Other);
            }
            Declaration::TSInterfaceDeclaration(interface) => self.interface(interface, start, field),
            Declaration::TSEnumDeclaration(enumeration) => self.enumeration(enumeration, start, field),
            Declaration::TSExternalModuleDeclaration(module) => self.external_module(module, start, field),
            Declaration::TSNamespaceDeclaration(namespace) => self.namespace(namespace, start, field),
            Declaration::TSGlobalDeclaration(global) => self.global(global, field),
            Declaration::TSImportEqualsDeclaration(import) => self.import_equals(import, field),
        }
    }

    /// Opens a declaration of variables and adds these; the caller closes it.
    fn variables(&mut self, variables: &VariableDeclaration<'_>, at: Span, field: u16) {
        let k = self.kinds();
        let kind = match variables.kind {
            VariableDeclarationKind::Var => k.variable_declaration,
            VariableDeclarationKind::Using | VariableDeclarationKind::AwaitUsing if k.using_declaration != 0 => {
                k.using_declaration
            }
            _ => k.lexical_declaration,
        };
        self.open(kind, field, at);
        for declarator in &variables.declarations {
            self.declarator(declarator);
        }
    }

    fn declarator(&mut self, declarator: &VariableDeclarator<'_>) {
        let f = self.fields();
        self.open(self.kinds().variable_declarator, NO_FIELD, span(declarator));
        self.declared_pattern(&declarator.id, f.name);
        self.optional_annotation(declarator.type_annotation.as_deref());
        if let Some(value) = &declarator.init {
            self.expression(value, f.value);
        }
        self.close();
    }

    pub(super) fn directives(&mut self, directives: &[Directive<'_>]) {
        for directive in directives {
            let at = span(directive);
            self.open(self.kinds().expression_statement, NO_FIELD, at);
            self.string(&directive.expression, NO_FIELD);
            self.close_statement(at.end, BeforeSemicolon::Expression);
        }
    }

    fn block_statement(&mut self, block: &BlockStatement<'_>, field: u16, before: BeforeSemicolon) {
        let at = span(block);
        self.open(self.kinds().statement_block, field, at);
        self.statements(&block.body, NO_FIELD);
        self.close_block(at.end, before);
    }

    fn jump(&mut self, kind: u16, label: Option<Span>, at: Span, field: u16) {
        self.open(kind, field, at);
        if let Some(label) = label {
            self.leaf(self.kinds().statement_identifier, self.fields().label, label);
        }
        self.close_statement(at.end, BeforeSemicolon::Other);
    }

    /// Adds the condition of a statement; in the grammar it is an expression in parentheses.
    fn condition(&mut self, test: &Expression<'_>, field: u16) {
        let inner = span(test);
        let at = Span::new(self.before(inner.start, "("), self.after(inner.end, ")"));
        self.around(self.kinds().parenthesized_expression, field, at, test, NO_FIELD);
    }

    fn if_statement(&mut self, choice: &IfStatement<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        // A loop, since a chain of `else if` may be too long for recursion.
        let mut opened = 0;
        let mut choice = choice;
        let mut field = field;
        loop {
            self.open(k.if_statement, field, span(choice));
            self.condition(&choice.test, f.condition);
            self.statement(&choice.consequent, f.consequence);
            opened += 1;
            let Some(alternate) = &choice.alternate else { break };
            let at = span(alternate);
            let start = self.before(at.start, "else");
            self.open(k.else_clause, f.alternative, Span::new(start, at.end));
            opened += 1;
            match alternate {
                Statement::IfStatement(next) => (choice, field) = (next, NO_FIELD),
                other => {
                    self.statement(other, NO_FIELD);
                    break;
                }
            }
        }
        for _ in 0..opened {
            self.close();
        }
    }

    fn for_statement(&mut self, loop_: &ForStatement<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(loop_);
        self.open(k.for_statement, field, at);
        let open = self.after(at.start + 3, "(");
        let first = match &loop_.init {
            Some(ForStatementInit::VariableDeclaration(variables)) => {
                let start = span(&**variables);
                let end = self.after(start.end, ";");
                self.variables(variables, Span::new(start.start, end), f.initializer);
                self.close();
                end
            }
            Some(init) => {
                if let Some(expression) = init.as_expression() {
                    self.expression(expression, f.initializer);
                }
                self.after(span(init).end, ";")
            }
            None => self.lone_semicolon(open, f.initializer),
        };
        match &loop_.test {
            Some(test) => {
                self.expression(test, f.condition);
                let end = self.after(span(test).end, ";");
                let token = self.ids().tokens.semicolon;
                self.token(token, f.condition, Span::new(end.saturating_sub(1), end));
            }
            None => {
                self.lone_semicolon(first, f.condition);
            }
        }
        if let Some(update) = &loop_.update {
            self.expression(update, f.increment);
        }
        self.statement(&loop_.body, f.body);
        self.close();
    }

    /// Adds the `;` of a missing part of a `for`; returns its end.
    fn lone_semicolon(&mut self, from: u32, field: u16) -> u32 {
        let end = self.after(from, ";");
        self.tokens(self.kinds().empty_statement, field, Span::new(end.saturating_sub(1), end));
        end
    }

    fn for_in(
        &mut self,
        left: &ForStatementLeft<'_>,
        right: &Expression<'_>,
        body: &Statement<'_>,
        at: Span,
        field: u16,
    ) {
        let f = self.fields();
        self.open(self.kinds().for_in_statement, field, at);
        match left {
            ForStatementLeft::VariableDeclaration(variables) => {
                if variables.kind == VariableDeclarationKind::AwaitUsing {
                    // `await` has a field here, and none in `for await`.
                    let start = span(&**variables).start;
                    self.token(self.ids().tokens.await_, f.kind, Span::new(start, start + 5));
                }
                for declarator in &variables.declarations {
                    self.declared_pattern(&declarator.id, f.left);
                    if let Some(value) = &declarator.init {
                        self.expression(value, f.value);
                    }
                }
            }
            _ => {
                if let Some(target) = left.as_assignment_target() {
                    let word = self.skip(at.start + 3);
                    let word = if self.starts_with(word, "await") { self.skip(word + 5) } else { word };
                    let start = self.skip(word + 1);
                    self.parenthesized_target(target, start, f.left);
                }
            }
        }
        self.expression(right, f.right);
        self.statement(body, f.body);
        self.close();
    }

    fn switch(&mut self, switch: &SwitchStatement<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(switch);
        self.open(k.switch_statement, field, at);
        self.condition(&switch.discriminant, f.value);
        let start = self.skip(self.last_end());
        self.open(k.switch_body, f.body, Span::new(start, at.end));
        for case in &switch.cases {
            let kind = if case.test.is_some() { k.switch_case } else { k.switch_default };
            self.open(kind, NO_FIELD, span(case));
            if let Some(test) = &case.test {
                self.expression(test, f.value);
            }
            self.statements(&case.consequent, f.body);
            self.close();
        }
        self.close();
        self.close();
    }

    fn try_statement(&mut self, attempt: &TryStatement<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.try_statement, field, span(attempt));
        self.block_statement(&attempt.block, f.body, BeforeSemicolon::Other);
        if let Some(handler) = &attempt.handler {
            self.catch(handler);
        }
        if let Some(finalizer) = &attempt.finalizer {
            let at = span(&**finalizer);
            self.open(k.finally_clause, f.finalizer, Span::new(self.before(at.start, "finally"), at.end));
            self.block_statement(finalizer, f.body, BeforeSemicolon::Other);
            self.close();
        }
        self.close();
    }

    fn catch(&mut self, handler: &CatchClause<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.catch_clause, f.handler, span(handler));
        if let Some(parameter) = &handler.param {
            self.declared_pattern(&parameter.pattern, f.parameter);
            self.optional_annotation(parameter.type_annotation.as_deref());
        }
        self.block_statement(&handler.body, f.body, BeforeSemicolon::Other);
        self.close();
    }
}
