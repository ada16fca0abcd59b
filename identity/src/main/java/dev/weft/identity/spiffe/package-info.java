/**
 * The names of the mesh: trust domains and SPIFFE IDs, parsed strictly as the SPIFFE ID standard says (no URI class of
 * the JDK takes part, as they accept more).
 */
@NullMarked
package dev.weft.identity.spiffe;

import org.jspecify.annotations.NullMarked;
