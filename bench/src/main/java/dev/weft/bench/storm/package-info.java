/** Thousands of sidecars that start at the same time, against one control plane. */
@NullMarked
package dev.weft.bench.storm;

import org.jspecify.annotations.NullMarked;
