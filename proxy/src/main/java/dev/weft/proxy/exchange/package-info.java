/**
 * Carries the application's HTTP/1.1 requests, each to an endpoint chosen for it, over sessions that are kept for later
 * requests.
 */
@NullMarked
package dev.weft.proxy.exchange;

import org.jspecify.annotations.NullMarked;
