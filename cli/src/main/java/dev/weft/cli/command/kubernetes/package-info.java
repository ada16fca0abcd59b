/** {@code weft install}, {@code weft inject} and their opposites: they write manifests, and ask no cluster. */
@NullMarked
package dev.weft.cli.command.kubernetes;

import org.jspecify.annotations.NullMarked;
