/**
 * How a command fails: one line of what happened, with a code that {@code docs/errors.md} explains, one line of what to do about
 * it, and an exit code that a script can test. Also the guesses at what was meant when a name is not known.
 */
@NullMarked
package dev.weft.cli.failure;

import org.jspecify.annotations.NullMarked;
