/** Stores the state of a control plane in Secrets. */
@NullMarked
package dev.weft.kubernetes.state;

import org.jspecify.annotations.NullMarked;
