/**
 * One captured connection from its first byte to its last: the relay between its two ends, its refusal, and the registry
 * in which it is decided again whenever something changes that it depends on.
 */
@NullMarked
package dev.weft.proxy.session;

import org.jspecify.annotations.NullMarked;
