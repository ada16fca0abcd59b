/**
 * {@code weft demo}: shows Weft in a minute, with real programs in a mesh made for the demo. Each step measures what it
 * claims while it runs, and the demo exits with 0 only if every claim held.
 */
@NullMarked
package dev.weft.cli.demo;

import org.jspecify.annotations.NullMarked;
