/** Follows objects of the API server. */
@NullMarked
package dev.weft.kubernetes.follow;

import org.jspecify.annotations.NullMarked;
