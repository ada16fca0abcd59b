/** Policies between control plane and proxy; what cannot be understood denies. */
@NullMarked
package dev.weft.policy.wire;

import org.jspecify.annotations.NullMarked;
