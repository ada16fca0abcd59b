/**
 * {@code weft trust}: trust anchors and what they sign. An anchor's key is read only here: no control plane ever gets
 * it.
 */
@NullMarked
package dev.weft.cli.command.trust;

import org.jspecify.annotations.NullMarked;
