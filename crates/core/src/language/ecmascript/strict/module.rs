//! Imports, exports and namespaces.

use oxc_ast::ast::{
    Class, Declaration, ExportDefaultDeclarationKind, ExportSpecifier, ImportAttributeKey, ImportDeclaration,
    ImportDeclarationSpecifier, ImportSpecifier, ModuleDeclaration, ModuleExportName, StringLiteral,
    TSExternalModuleDeclaration, TSGlobalDeclaration, TSImportEqualsDeclaration, TSModuleBlock, TSModuleReference,
    TSNamespaceDeclaration, TSNamespaceDeclarationBody, TSNamespaceDeclarationKind, WithClause, WithClauseKeyword,
};

use crate::language::ecmascript::strict::asi::BeforeSemicolon;
use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};
use crate::span::Span;

impl Emit<'_> {
    pub(super) fn module_declaration(&mut self, declaration: &ModuleDeclaration<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(declaration);
        match declaration {
            ModuleDeclaration::ImportDeclaration(import) => self.import(import, field),
            ModuleDeclaration::ExportAllDeclaration(export) => {
                self.open(k.export_statement, field, at);
                if let Some(name) = &export.exported {
                    let inner = span(name);
                    let word = self.before(inner.start, "as");
                    let star = self.before(word, "*");
                    self.open(k.namespace_export, NO_FIELD, Span::new(star, inner.end));
                    self.export_name(name, NO_FIELD);
                    self.close();
                }
                self.source(&export.source, export.with_clause.as_deref());
                self.close_statement(at.end, BeforeSemicolon::Other);
            }
            ModuleDeclaration::ExportDefaultDeclaration(export) => {
                self.export_default(&export.declaration, at, field);
            }
            ModuleDeclaration::ExportDeclaration(export) => {
                let class = match &export.declaration {
                    Declaration::ClassDeclaration(class) => Some(&**class),
                    _ => None,
                };
                let hoisted = self.open_export(class, at, field);
                match (&export.declaration, hoisted) {
                    (Declaration::ClassDeclaration(class), Some(start)) => {
                        let kind = if class.r#abstract { k.abstract_class_declaration } else { k.class_declaration };
                        self.class(class, kind, f.declaration, Some(start), BeforeSemicolon::Other);
                    }
                    (declaration, _) => self.declaration(declaration, f.declaration),
                }
                self.close();
            }
            ModuleDeclaration::ExportNamedDeclaration(export) => {
                self.open(k.export_statement, field, at);
                let open = self.clause_start(at.start);
                self.export_clause(&export.specifiers, open);
                self.close_statement(at.end, BeforeSemicolon::Other);
            }
            ModuleDeclaration::ExportFromDeclaration(export) => {
                self.open(k.export_statement, field, at);
                let open = self.clause_start(at.start);
                self.export_clause(&export.specifiers, open);
                self.source(&export.source, export.with_clause.as_deref());
                self.close_statement(at.end, BeforeSemicolon::Other);
            }
            ModuleDeclaration::TSExportAssignment(export) => {
                self.open(k.export_statement, field, at);
                self.expression(&export.expression, NO_FIELD);
                self.close_statement(at.end, BeforeSemicolon::Expression);
            }
            ModuleDeclaration::TSNamespaceExportDeclaration(export) => {
                self.open(k.export_statement, field, at);
                self.leaf(k.identifier, NO_FIELD, span(&export.id));
                self.close_statement(at.end, BeforeSemicolon::Other);
            }
        }
    }

    /// Opens an export; returns the start of its class if decorators stand before the `export`.
    fn open_export(&mut self, class: Option<&Class<'_>>, at: Span, field: u16) -> Option<u32> {
        let first = class.and_then(|class| class.decorators.first()).map(|decorator| span(decorator).start);
        // The decorators of a class may stand before or behind `export`; oxc keeps them with the class.
        let export = if self.starts_with(at.start, "export") {
            at.start
        } else {
            let last = class.and_then(|class| class.decorators.last()).map_or(at.start, |last| span(last).end);
            self.skip(last)
        };
        let hoisted = first.is_some_and(|first| first < export);
        let start = first.map_or(at.start, |first| first.min(at.start));
        self.open(self.kinds().export_statement, field, Span::new(start, at.end));
        if !hoisted {
            return None;
        }
        if let Some(class) = class {
            let before = class.decorators.iter().filter(|decorator| span(*decorator).start < export);
            for decorator in before {
                self.decorators(std::slice::from_ref(decorator));
            }
        }
        let after = self.after(self.skip(export) + 6, "default");
        Some(self.skip(after))
    }

    fn export_default(&mut self, exported: &ExportDefaultDeclarationKind<'_>, at: Span, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        match exported {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                self.open(k.export_statement, field, at);
                if function.id.is_some() || function.body.is_none() {
                    let start = span(&**function).start;
                    self.function_declaration(function, start, f.declaration, BeforeSemicolon::Expression);
                    self.close();
                } else {
                    self.function_expression(function, f.value);
                    self.close_statement(at.end, BeforeSemicolon::Expression);
                }
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                let start = self.open_export(Some(class), at, field);
                if class.id.is_some() {
                    let kind = if class.r#abstract { k.abstract_class_declaration } else { k.class_declaration };
                    self.class(class, kind, f.declaration, start, BeforeSemicolon::Expression);
                    self.close();
                } else {
                    self.class(class, k.class, f.value, start, BeforeSemicolon::Expression);
                    self.close_statement(at.end, BeforeSemicolon::Expression);
                }
            }
            ExportDefaultDeclarationKind::TSInterfaceDeclaration(interface) => {
                self.open(k.export_statement, field, at);
                self.interface(interface, span(&**interface).start, f.declaration);
                self.close();
            }
            _ => {
                self.open(k.export_statement, field, at);
                if let Some(expression) = exported.as_expression() {
                    self.expression(expression, f.value);
                }
                self.close_statement(at.end, BeforeSemicolon::Expression);
            }
        }
    }

    /// The place of the `{` of an import's or export's list, behind the keywords.
    fn clause_start(&self, from: u32) -> u32 {
        let mut at = from;
        for word in ["export", "import", "type"] {
            at = self.after(at, word);
        }
        self.skip(at)
    }

    fn export_clause(&mut self, specifiers: &[ExportSpecifier<'_>], open: u32) {
        let k = self.kinds();
        let last = specifiers.last().map_or(open + 1, |last| span(last).end);
        let end = self.after(self.after(last, ","), "}");
        self.open(k.export_clause, NO_FIELD, Span::new(open, end));
        for specifier in specifiers {
            self.open(k.export_specifier, NO_FIELD, span(specifier));
            self.export_name(&specifier.local, self.fields().name);
            if span(&specifier.local) != span(&specifier.exported) {
                self.export_name(&specifier.exported, self.fields().alias);
            }
            self.close();
        }
        self.close();
    }

    fn export_name(&mut self, name: &ModuleExportName<'_>, field: u16) {
        if let ModuleExportName::StringLiteral(string) = name {
            return self.string(string, field);
        }
        let at = span(name);
        if !self.typescript() && self.text_of(at.start, at.end) == "default" {
            // In JavaScript's grammar the word is a token, with the field that a name would have.
            self.token(self.ids().tokens.default_, field, at);
        } else {
            self.leaf(self.kinds().identifier, field, at);
        }
    }

    fn source(&mut self, source: &StringLiteral<'_>, with: Option<&WithClause<'_>>) {
        self.string(source, self.fields().source);
        if let Some(with) = with {
            self.attributes(with);
        }
    }

    fn attributes(&mut self, with: &WithClause<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(with);
        let word = match with.keyword {
            WithClauseKeyword::With => "with",
            WithClauseKeyword::Assert => "assert",
        };
        self.open(k.import_attribute, NO_FIELD, Span::new(self.before(at.start, word), at.end));
        self.open(k.object, NO_FIELD, at);
        for entry in &with.with_entries {
            self.open(k.pair, NO_FIELD, span(entry));
            match &entry.key {
                ImportAttributeKey::Identifier(name) => self.leaf(k.property_identifier, f.key, span(name)),
                ImportAttributeKey::StringLiteral(string) => self.string(string, f.key),
            }
            self.string(&entry.value, f.value);
            self.close();
        }
        self.close();
        self.close();
    }

    fn import(&mut self, import: &ImportDeclaration<'_>, field: u16) {
        let at = span(import);
        self.open(self.kinds().import_statement, field, at);
        if let Some(specifiers) = &import.specifiers {
            self.import_clause(specifiers, span(&import.source).start);
        }
        self.source(&import.source, import.with_clause.as_deref());
        self.close_statement(at.end, BeforeSemicolon::Other);
    }

    fn import_clause(&mut self, specifiers: &[ImportDeclarationSpecifier<'_>], source: u32) {
        let k = self.kinds();
        let end = self.skip_back(self.before(source, "from"));
        let named = specifiers.iter().find_map(|specifier| match specifier {
            ImportDeclarationSpecifier::ImportSpecifier(named) => Some(span(&**named).start),
            _ => None,
        });
        let braced = self.byte(end.saturating_sub(1)) == b'}';
        let brace = match named {
            Some(named) => self.before(named, "{"),
            None => self.before(end.saturating_sub(1), "{"),
        };
        let first = specifiers.first().map_or(brace, |first| span(first).start);
        self.open(k.import_clause, NO_FIELD, Span::new(if braced { first.min(brace) } else { first }, end));
        let mut specifiers = specifiers.iter().peekable();
        while let Some(specifier) =
            specifiers.next_if(|specifier| !matches!(specifier, ImportDeclarationSpecifier::ImportSpecifier(_)))
        {
            match specifier {
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(namespace) => {
                    self.open(k.namespace_import, NO_FIELD, span(&**namespace));
                    self.binding(&namespace.local, NO_FIELD);
                    self.close();
                }
                other => self.leaf(k.identifier, NO_FIELD, span(other)),
            }
        }
        if braced {
            self.open(k.named_imports, NO_FIELD, Span::new(brace, end));
            for specifier in specifiers {
                if let ImportDeclarationSpecifier::ImportSpecifier(named) = specifier {
                    self.import_specifier(named);
                }
            }
            self.close();
        }
        self.close();
    }

    fn import_specifier(&mut self, specifier: &ImportSpecifier<'_>) {
        self.open(self.kinds().import_specifier, NO_FIELD, span(specifier));
        self.export_name(&specifier.imported, self.fields().name);
        if span(&specifier.imported) != span(&specifier.local) {
            self.binding(&specifier.local, self.fields().alias);
        }
        self.close();
    }

    pub(super) fn import_equals(&mut self, import: &TSImportEqualsDeclaration<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(import);
        let name = span(&import.id);
        match &import.module_reference {
            TSModuleReference::ExternalModuleReference(external) => {
                self.open(k.import_statement, field, at);
                self.open(k.import_require_clause, NO_FIELD, Span::new(name.start, span(&**external).end));
                self.leaf(k.identifier, NO_FIELD, name);
                self.string(&external.expression, f.source);
                self.close();
            }
            TSModuleReference::IdentifierReference(reference) => {
                self.open(k.import_alias, field, at);
                self.leaf(k.identifier, NO_FIELD, name);
                self.leaf(k.identifier, NO_FIELD, span(&**reference));
            }
            TSModuleReference::QualifiedName(qualified) => {
                self.open(k.import_alias, field, at);
                self.leaf(k.identifier, NO_FIELD, name);
                self.qualified_name(qualified, NO_FIELD);
            }
        }
        self.close_statement(at.end, BeforeSemicolon::Other);
    }

    pub(super) fn external_module(&mut self, module: &TSExternalModuleDeclaration<'_>, start: u32, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let end = module.body.as_ref().map_or(span(&module.id).end, |body| span(&**body).end);
        self.open(k.module, field, Span::new(start, end));
        self.string(&module.id, f.name);
        if let Some(body) = &module.body {
            self.module_block(body, f.body);
        }
        self.close();
    }

    pub(super) fn global(&mut self, global: &TSGlobalDeclaration<'_>, field: u16) {
        let k = self.kinds();
        if global.declare {
            return self.module_block(&global.body, NO_FIELD);
        }
        self.open(k.ambient_declaration, field, span(global));
        self.module_block(&global.body, NO_FIELD);
        self.close();
    }

    pub(super) fn namespace(&mut self, namespace: &TSNamespaceDeclaration<'_>, start: u32, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        let kind = match namespace.kind {
            TSNamespaceDeclarationKind::Module => k.module,
            TSNamespaceDeclarationKind::Namespace => k.internal_module,
        };
        self.open(kind, field, Span::new(start, span(namespace).end));
        let mut names = vec![span(&namespace.id)];
        let mut body = &namespace.body;
        while let TSNamespaceDeclarationBody::TSNamespaceDeclaration(inner) = body {
            names.push(span(&inner.id));
            body = &inner.body;
        }
        // `a.b.c` nests to the left; only the outermost node is a `nested_identifier`.
        let mut field = f.name;
        let mut kind = k.nested_identifier;
        for name in names.iter().skip(1).rev() {
            self.open(kind, field, Span::new(span(&namespace.id).start, name.end));
            (kind, field) = (k.member_expression, f.object);
        }
        for (number, name) in names.iter().enumerate() {
            if number == 0 {
                self.leaf(k.identifier, field, *name);
            } else {
                self.leaf(k.property_identifier, f.property, *name);
                self.close();
            }
        }
        if let TSNamespaceDeclarationBody::TSModuleBlock(block) = body {
            self.module_block(block, f.body);
        }
        self.close();
    }

    fn module_block(&mut self, block: &TSModuleBlock<'_>, field: u16) {
        let at = span(block);
        self.open(self.kinds().statement_block, field, at);
        self.directives(&block.directives);
        self.statements(&block.body, NO_FIELD);
        self.close_block(at.end, BeforeSemicolon::Other);
    }
}
