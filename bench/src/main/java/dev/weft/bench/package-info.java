/**
 * Compares Weft with other proxies. {@link dev.weft.bench.BenchMain} sets up the environment, starts the pairs of
 * proxies, measures, and reports.
 */
@NullMarked
package dev.weft.bench;

import org.jspecify.annotations.NullMarked;
