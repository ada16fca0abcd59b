/**
 * The names of the mesh: trust domains and SPIFFE IDs. They are parsed strictly by the SPIFFE ID standard. The JDK's
 * URI classes are not used, because they accept more.
 */
@NullMarked
package dev.weft.identity.spiffe;

import org.jspecify.annotations.NullMarked;
