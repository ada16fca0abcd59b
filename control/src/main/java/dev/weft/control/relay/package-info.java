/** Passes operators' questions about the proxies of all replicas on to the other replicas of the control plane. */
@NullMarked
package dev.weft.control.relay;

import org.jspecify.annotations.NullMarked;
