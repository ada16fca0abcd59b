/**
 * The {@code weft} command: where it starts, what it prints to, and how it ends. Each subcommand lives in
 * {@code dev.weft.cli.command}; this package knows the list of them and turns every failure into one line of what happened, one
 * of what to do, and an exit code.
 */
@NullMarked
package dev.weft.cli;

import org.jspecify.annotations.NullMarked;
