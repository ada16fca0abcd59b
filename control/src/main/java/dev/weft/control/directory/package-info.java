/** Answers where an address leads: a pure function from the registry's snapshot to endpoints. */
@NullMarked
package dev.weft.control.directory;

import org.jspecify.annotations.NullMarked;
