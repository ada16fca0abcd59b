/**
 * Signs and verifies JWT-SVIDs. The JOSE library is loaded at the first token, so a process without tokens pays nothing
 * for it.
 */
@NullMarked
package dev.weft.identity.jwt;

import org.jspecify.annotations.NullMarked;
