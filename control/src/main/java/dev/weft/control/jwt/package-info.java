/**
 * Issues JWT-SVIDs, and manages their signing keys: each is published first, used later, and withdrawn when its tokens
 * have ended.
 */
@NullMarked
package dev.weft.control.jwt;

import org.jspecify.annotations.NullMarked;
