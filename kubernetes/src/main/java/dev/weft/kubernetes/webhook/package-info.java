/**
 * The webhook that injects sidecars into pods if the API server has no MutatingAdmissionPolicy: an HTTPS server in each
 * replica of the control plane, and a small certificate authority that the replicas share.
 */
@NullMarked
package dev.weft.kubernetes.webhook;

import org.jspecify.annotations.NullMarked;
