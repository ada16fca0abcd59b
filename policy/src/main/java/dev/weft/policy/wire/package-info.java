/** Messages of policies between control plane and proxy. A policy that cannot be understood denies. */
@NullMarked
package dev.weft.policy.wire;

import org.jspecify.annotations.NullMarked;
