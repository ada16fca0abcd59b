/** Questions of operators that concern the proxies of all replicas, passed on to the other replicas of the control plane. */
@NullMarked
package dev.weft.control.relay;

import org.jspecify.annotations.NullMarked;
