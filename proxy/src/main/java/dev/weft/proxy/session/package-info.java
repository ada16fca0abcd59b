/**
 * One captured connection from its first byte to its last: the relay between its two ends, the reason of its refusal,
 * and the registry, which checks it again whenever policy, trust or routes change.
 */
@NullMarked
package dev.weft.proxy.session;

import org.jspecify.annotations.NullMarked;
