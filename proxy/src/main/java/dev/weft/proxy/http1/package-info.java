/**
 * As much of HTTP/1.1 as probes and the admin endpoints need: the head of one request without a body.
 */
@NullMarked
package dev.weft.proxy.http1;

import org.jspecify.annotations.NullMarked;
