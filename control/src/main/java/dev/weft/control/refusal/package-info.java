/** Refusals of calls: the one place that writes them into answers, and the one place that reads them. */
@NullMarked
package dev.weft.control.refusal;

import org.jspecify.annotations.NullMarked;
