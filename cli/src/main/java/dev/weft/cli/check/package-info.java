/**
 * {@code weft check}: what is observed of a mesh at one moment, and what each check makes of it. A check is a pure function
 * of the observation; {@code docs/check.md} has a section for each.
 */
@NullMarked
package dev.weft.cli.check;

import org.jspecify.annotations.NullMarked;
