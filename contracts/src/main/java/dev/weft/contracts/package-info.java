/** The tests that every registry and every store must pass, and an in-memory implementation of each. */
@NullMarked
package dev.weft.contracts;

import org.jspecify.annotations.NullMarked;
