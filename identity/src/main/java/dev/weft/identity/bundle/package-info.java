/**
 * Trust bundles in the format that SPIFFE implementations exchange: JWK Sets (SPIFFE Trust Domain and Bundle, section
 * 4). Reading has limits, because the documents come from other parties.
 */
@NullMarked
package dev.weft.identity.bundle;

import org.jspecify.annotations.NullMarked;
