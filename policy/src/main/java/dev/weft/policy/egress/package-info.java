/** Destinations outside of the mesh that a workload may call, by address and by host: model, decision, and messages. */
@NullMarked
package dev.weft.policy.egress;

import org.jspecify.annotations.NullMarked;
