/**
 * Requests of HTTP/2 and gRPC that travel between two sidecars each as a stream of its own in their tunnel: passed on from one
 * stream to another, judged where they are called.
 */
@NullMarked
package dev.weft.proxy.requests;

import org.jspecify.annotations.NullMarked;
