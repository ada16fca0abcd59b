/**
 * Counters and gauges in the Prometheus text format.
 */
@NullMarked
package dev.weft.control.metrics;

import org.jspecify.annotations.NullMarked;
