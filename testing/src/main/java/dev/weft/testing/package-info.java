/**
 * Helpers for the tests of several modules: clocks that a test sets, waiting for a condition, messages of a later
 * version.
 */
@NullMarked
package dev.weft.testing;

import org.jspecify.annotations.NullMarked;
