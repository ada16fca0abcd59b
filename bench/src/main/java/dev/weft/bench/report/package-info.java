/** Prints and writes reports: tables of ratios with their figures, and all of it as JSON. */
@NullMarked
package dev.weft.bench.report;

import org.jspecify.annotations.NullMarked;
