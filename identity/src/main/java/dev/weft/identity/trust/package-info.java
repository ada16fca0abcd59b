/**
 * What the mesh trusts: for each trust domain its anchors, its state and its revocations. All values are immutable; a
 * change creates a new value.
 */
@NullMarked
package dev.weft.identity.trust;

import org.jspecify.annotations.NullMarked;
