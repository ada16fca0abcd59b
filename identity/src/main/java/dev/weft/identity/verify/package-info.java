/** The verification of a peer's certificate chain, used at both ends of every connection. */
@NullMarked
package dev.weft.identity.verify;

import org.jspecify.annotations.NullMarked;
