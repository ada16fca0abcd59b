/**
 * How a command fails: one line about what happened, with a code that {@code docs/errors.md} explains; one line about
 * what to do; and an exit code that a script can test. Also suggests names when a name is not known.
 */
@NullMarked
package dev.weft.cli.failure;

import org.jspecify.annotations.NullMarked;
