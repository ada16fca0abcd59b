/**
 * What the mesh trusts: per trust domain its anchors, its state and what has been revoked. Immutable values; a change is
 * a new value.
 */
@NullMarked
package dev.weft.identity.trust;

import org.jspecify.annotations.NullMarked;
