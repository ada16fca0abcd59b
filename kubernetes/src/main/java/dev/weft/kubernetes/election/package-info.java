/** Elects the leader among the replicas of the control plane by a Lease of the Kubernetes API. */
@NullMarked
package dev.weft.kubernetes.election;

import org.jspecify.annotations.NullMarked;
