/**
 * Limits on resources that a peer can use up: rates of requests and connections, simultaneous requests, file
 * descriptors, and log lines.
 */
@NullMarked
package dev.weft.proxy.limit;

import org.jspecify.annotations.NullMarked;
