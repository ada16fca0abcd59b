/** What a workload may call outside of the mesh, by address and by host: model, decision, and messages. */
@NullMarked
package dev.weft.policy.egress;

import org.jspecify.annotations.NullMarked;
