/**
 * The webhook that gives pods their sidecars where the API server has no MutatingAdmissionPolicy: an HTTPS server in each replica
 * of the control plane, and a small certificate authority for it that the replicas share.
 */
@NullMarked
package dev.weft.kubernetes.webhook;

import org.jspecify.annotations.NullMarked;
