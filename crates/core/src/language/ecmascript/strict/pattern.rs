//! Patterns of declarations and targets of assignments.

use oxc_ast::ast::{
    ArrayAssignmentTarget, AssignmentTarget, AssignmentTargetMaybeDefault, AssignmentTargetProperty,
    AssignmentTargetRest, BindingPattern, BindingProperty, BindingRestElement, ObjectAssignmentTarget,
};

use crate::language::ecmascript::strict::emit::{Emit, NO_FIELD, span};

impl Emit<'_> {
    /// Adds a pattern where the grammar allows any target.
    pub(super) fn pattern(&mut self, pattern: &BindingPattern<'_>, field: u16) {
        match pattern {
            BindingPattern::BindingIdentifier(name) => {
                self.name(name.name.as_str(), span(&**name), field);
            }
            BindingPattern::ObjectPattern(object) => {
                self.open(self.kinds().object_pattern, field, span(&**object));
                for property in &object.properties {
                    self.binding_property(property);
                }
                if let Some(rest) = &object.rest {
                    self.rest_binding(rest, NO_FIELD);
                }
                self.close();
            }
            BindingPattern::ArrayPattern(array) => {
                self.open(self.kinds().array_pattern, field, span(&**array));
                for element in array.elements.iter().flatten() {
                    self.with_stack(|emit| emit.pattern(element, NO_FIELD));
                }
                if let Some(rest) = &array.rest {
                    self.rest_binding(rest, NO_FIELD);
                }
                self.close();
            }
            BindingPattern::AssignmentPattern(assignment) => {
                self.open(self.kinds().assignment_pattern, field, span(&**assignment));
                self.pattern(&assignment.left, self.fields().left);
                self.expression(&assignment.right, self.fields().right);
                self.close();
            }
        }
    }

    /// Adds a pattern where the grammar allows only a name or a destructuring pattern.
    pub(super) fn declared_pattern(&mut self, pattern: &BindingPattern<'_>, field: u16) {
        if let BindingPattern::BindingIdentifier(name) = pattern {
            self.binding(name, field);
        } else {
            self.pattern(pattern, field);
        }
    }

    fn binding_property(&mut self, property: &BindingProperty<'_>) {
        let (k, f) = (self.kinds(), self.fields());
        let at = span(property);
        if !property.shorthand {
            self.open(k.pair_pattern, NO_FIELD, at);
            self.key(&property.key, property.computed, f.key);
            self.with_stack(|emit| emit.pattern(&property.value, f.value));
            self.close();
        } else if let BindingPattern::AssignmentPattern(assignment) = &property.value {
            self.open(k.object_assignment_pattern, NO_FIELD, at);
            self.leaf(k.shorthand_property_identifier_pattern, f.left, span(&assignment.left));
            self.expression(&assignment.right, f.right);
            self.close();
        } else {
            self.leaf(k.shorthand_property_identifier_pattern, NO_FIELD, at);
        }
    }

    pub(super) fn rest_binding(&mut self, rest: &BindingRestElement<'_>, field: u16) {
        self.open(self.kinds().rest_pattern, field, span(rest));
        self.pattern(&rest.argument, NO_FIELD);
        self.close();
    }

    pub(super) fn assignment_target(&mut self, target: &AssignmentTarget<'_>, field: u16) {
        match target {
            AssignmentTarget::ArrayAssignmentTarget(array) => self.with_stack(|emit| emit.array_target(array, field)),
            AssignmentTarget::ObjectAssignmentTarget(object) => {
                self.with_stack(|emit| emit.object_target(object, field));
            }
            _ => {
                if let Some(simple) = target.as_simple_assignment_target() {
                    self.simple_target(simple, field);
                }
            }
        }
    }

    fn array_target(&mut self, array: &ArrayAssignmentTarget<'_>, field: u16) {
        self.open(self.kinds().array_pattern, field, span(array));
        for element in array.elements.iter().flatten() {
            self.maybe_default(element, NO_FIELD);
        }
        if let Some(rest) = &array.rest {
            self.rest_target(rest);
        }
        self.close();
    }

    fn maybe_default(&mut self, target: &AssignmentTargetMaybeDefault<'_>, field: u16) {
        if let AssignmentTargetMaybeDefault::AssignmentTargetWithDefault(with_default) = target {
            self.open(self.kinds().assignment_pattern, field, span(&**with_default));
            self.assignment_target(&with_default.binding, self.fields().left);
            self.expression(&with_default.init, self.fields().right);
            self.close();
        } else if let Some(target) = target.as_assignment_target() {
            self.assignment_target(target, field);
        }
    }

    fn rest_target(&mut self, rest: &AssignmentTargetRest<'_>) {
        self.open(self.kinds().rest_pattern, NO_FIELD, span(rest));
        self.assignment_target(&rest.target, NO_FIELD);
        self.close();
    }

    fn object_target(&mut self, object: &ObjectAssignmentTarget<'_>, field: u16) {
        let (k, f) = (self.kinds(), self.fields());
        self.open(k.object_pattern, field, span(object));
        for property in &object.properties {
            match property {
                AssignmentTargetProperty::AssignmentTargetPropertyIdentifier(shorthand) => {
                    let kind = k.shorthand_property_identifier_pattern;
                    if let Some(default) = &shorthand.init {
                        self.open(k.object_assignment_pattern, NO_FIELD, span(&**shorthand));
                        self.leaf(kind, f.left, span(&shorthand.binding));
                        self.expression(default, f.right);
                        self.close();
                    } else {
                        self.leaf(kind, NO_FIELD, span(&**shorthand));
                    }
                }
                AssignmentTargetProperty::AssignmentTargetPropertyProperty(pair) => {
                    self.open(k.pair_pattern, NO_FIELD, span(&**pair));
                    self.key(&pair.name, pair.computed, f.key);
                    self.maybe_default(&pair.binding, f.value);
                    self.close();
                }
            }
        }
        if let Some(rest) = &object.rest {
            self.rest_target(rest);
        }
        self.close();
    }
}
