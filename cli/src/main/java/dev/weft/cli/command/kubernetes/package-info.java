/**
 * {@code weft install}, {@code weft upgrade}, {@code weft inject} and their opposites: they print manifests, and change
 * no cluster.
 */
@NullMarked
package dev.weft.cli.command.kubernetes;

import org.jspecify.annotations.NullMarked;
