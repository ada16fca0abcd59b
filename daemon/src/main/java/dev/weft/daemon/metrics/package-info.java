/**
 * Counters, gauges and histograms of one process in the Prometheus text format, and Prometheus' standard process
 * metrics.
 */
@NullMarked
package dev.weft.daemon.metrics;

import org.jspecify.annotations.NullMarked;
