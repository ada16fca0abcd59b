/**
 * How commands print: styles that vanish where there is no terminal, tables, times and sizes for people, JSON and YAML
 * for programs. This package knows nothing of meshes.
 */
@NullMarked
package dev.weft.cli.screen;

import org.jspecify.annotations.NullMarked;
