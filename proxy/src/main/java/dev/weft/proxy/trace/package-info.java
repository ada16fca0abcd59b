/** Spans of the requests that the sidecar sees, for a collector of OpenTelemetry. */
@NullMarked
package dev.weft.proxy.trace;

import org.jspecify.annotations.NullMarked;
