/**
 * Trust bundles in the form that SPIFFE implementations exchange: JWK Sets (SPIFFE Trust Domain and Bundle, section 4),
 * read with limits, as they come from somebody else.
 */
@NullMarked
package dev.weft.identity.bundle;

import org.jspecify.annotations.NullMarked;
