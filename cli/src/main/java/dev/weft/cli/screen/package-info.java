/**
 * What the command prints: styles that vanish where there is no terminal, tables, times and sizes for people, JSON and YAML for
 * programs. Nothing here knows what a mesh is.
 */
@NullMarked
package dev.weft.cli.screen;

import org.jspecify.annotations.NullMarked;
