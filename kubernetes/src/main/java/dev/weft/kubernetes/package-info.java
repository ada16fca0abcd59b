/** A control plane on Kubernetes: the place of its objects and state, and its main program. */
@NullMarked
package dev.weft.kubernetes;

import org.jspecify.annotations.NullMarked;
