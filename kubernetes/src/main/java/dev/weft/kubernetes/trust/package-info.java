/** The trust anchors that starting sidecars need, in a ConfigMap of each namespace. */
@NullMarked
package dev.weft.kubernetes.trust;

import org.jspecify.annotations.NullMarked;
