/**
 * {@code weft demo}: the story of Weft in a minute, with real programs in a mesh of its own. Each step measures what it says while it
 * says it, and the demo ends with 0 only if every step held.
 */
@NullMarked
package dev.weft.cli.demo;

import org.jspecify.annotations.NullMarked;
