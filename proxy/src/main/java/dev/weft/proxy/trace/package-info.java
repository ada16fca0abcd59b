/** Spans of the requests that the sidecar sees, for an OpenTelemetry collector. */
@NullMarked
package dev.weft.proxy.trace;

import org.jspecify.annotations.NullMarked;
