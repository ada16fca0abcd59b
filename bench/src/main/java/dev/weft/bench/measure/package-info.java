/**
 * Measuring on a machine that is not quiet: short slices of each pair in turn, those that others disturbed left out, medians.
 */
@NullMarked
package dev.weft.bench.measure;

import org.jspecify.annotations.NullMarked;
