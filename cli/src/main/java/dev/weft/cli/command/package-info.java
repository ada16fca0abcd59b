/**
 * The subcommands: each reads its options, asks the mesh, and prints. {@code dev.weft.cli.Main} connects them; what
 * they need from the process comes as a {@link dev.weft.cli.command.Session}.
 */
@NullMarked
package dev.weft.cli.command;

import org.jspecify.annotations.NullMarked;
