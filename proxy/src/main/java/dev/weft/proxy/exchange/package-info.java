/**
 * Requests of HTTP/1.1 of the application, each to an endpoint of its own choice, over sessions that are kept for the next.
 */
@NullMarked
package dev.weft.proxy.exchange;

import org.jspecify.annotations.NullMarked;
