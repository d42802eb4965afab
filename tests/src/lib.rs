//! Tests over the whole: pages, conventions, the library.
