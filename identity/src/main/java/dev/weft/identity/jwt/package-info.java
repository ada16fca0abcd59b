/**
 * JWT-SVIDs: what a token must be to prove an identity, and how one is signed. The library behind it is loaded at the
 * first token, not before: a process that handles none pays nothing for it.
 */
@NullMarked
package dev.weft.identity.jwt;

import org.jspecify.annotations.NullMarked;
