/** Counters, gauges and histograms of one process in the Prometheus text format, and what Prometheus knows of every process. */
@NullMarked
package dev.weft.daemon.metrics;

import org.jspecify.annotations.NullMarked;
