/** Calls that are refused: the one place that makes the answer, and the one that reads it. */
@NullMarked
package dev.weft.control.refusal;

import org.jspecify.annotations.NullMarked;
