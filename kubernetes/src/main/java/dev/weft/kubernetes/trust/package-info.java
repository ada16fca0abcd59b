/** Publishes the trust anchors for starting sidecars, in a ConfigMap of each namespace. */
@NullMarked
package dev.weft.kubernetes.trust;

import org.jspecify.annotations.NullMarked;
