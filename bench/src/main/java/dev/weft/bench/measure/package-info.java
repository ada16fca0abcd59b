/**
 * Measures on a machine with other load: short slices of each pair in turn, without the disturbed ones, and medians.
 */
@NullMarked
package dev.weft.bench.measure;

import org.jspecify.annotations.NullMarked;
