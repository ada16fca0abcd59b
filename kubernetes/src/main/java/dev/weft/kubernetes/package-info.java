/** A control plane on Kubernetes: where its objects and its state are, and how its program starts there. */
@NullMarked
package dev.weft.kubernetes;

import org.jspecify.annotations.NullMarked;
