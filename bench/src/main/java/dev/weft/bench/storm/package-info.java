/** Thousands of sidecars that start in the same moment, against one control plane. */
@NullMarked
package dev.weft.bench.storm;

import org.jspecify.annotations.NullMarked;
