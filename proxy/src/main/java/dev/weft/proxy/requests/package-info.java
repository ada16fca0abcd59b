/**
 * HTTP/2 and gRPC requests that travel between two sidecars, each in its own stream of the tunnel. They are passed from
 * one stream to another, and judged at the called workload.
 */
@NullMarked
package dev.weft.proxy.requests;

import org.jspecify.annotations.NullMarked;
