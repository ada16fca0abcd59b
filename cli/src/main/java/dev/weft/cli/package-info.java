/**
 * The {@code weft} command: how it starts, where it prints, and how it ends. The subcommands are in
 * {@code dev.weft.cli.command}; this package lists them, and turns every failure into a line about what happened, a
 * line about what to do, and an exit code.
 */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
