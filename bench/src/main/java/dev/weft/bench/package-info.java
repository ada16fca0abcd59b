/**
 * The comparison with other proxies: {@link dev.weft.bench.BenchMain} builds the place, brings the pairs up, measures, reports.
 */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
