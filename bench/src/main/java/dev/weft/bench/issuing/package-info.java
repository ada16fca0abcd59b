/** Measures how many certificates a core issues in a second, and how long each step takes. */
@NullMarked
package dev.weft.bench.issuing;

import org.jspecify.annotations.NullMarked;
