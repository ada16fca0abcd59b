/**
 * {@code weft check}: observes a mesh at one moment, and judges the observation by many checks. A check is a pure
 * function of the observation; {@code docs/check.md} has a section for each.
 */
@NullMarked
package dev.weft.cli.check;

import org.jspecify.annotations.NullMarked;
