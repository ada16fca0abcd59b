/** {@code weft install}, {@code weft upgrade}, {@code weft inject} and their opposites: they write manifests, and change no cluster. */
@NullMarked
package dev.weft.cli.command.kubernetes;

import org.jspecify.annotations.NullMarked;
