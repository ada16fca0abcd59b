/** Which replica of the control plane leads: a Lease of the Kubernetes API. */
@NullMarked
package dev.weft.kubernetes.election;

import org.jspecify.annotations.NullMarked;
